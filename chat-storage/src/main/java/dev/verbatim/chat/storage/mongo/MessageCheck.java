package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Looks at all messages that have a seq, group after group in their order. Used once. */
final class MessageCheck {
  private final Collections collections;
  private final Findings findings;
  private final Map<ObjectId, Long> pending;

  private @Nullable ObjectId groupId;
  private long lastSeq;
  private final Set<ObjectId> senderIds = new HashSet<>();

  MessageCheck(Collections collections, Findings findings) {
    this.collections = collections;
    this.findings = findings;
    this.pending = MongoStoreCheck.pending(collections);
  }

  void run() {
    for (Document message :
        collections
            .messages()
            .find(exists(Fields.SEQ_KEY))
            .projection(
                include(
                    Fields.GROUP_ID,
                    Fields.SENDER_ID,
                    Fields.SEQ,
                    Fields.SEQ_KEY,
                    Fields.TEMP_ID,
                    Fields.SEND_KEY,
                    Fields.WRITER))
            .sort(ascending(Fields.SEQ_KEY))) {
      look(message);
    }
    endGroup();
    for (Document message :
        collections
            .messages()
            .find(and(exists(Fields.SEQ), exists(Fields.SEQ_KEY, false)))
            .projection(include(Fields.SEQ))
            .limit(MongoStoreCheck.FINDINGS_MAX)) {
      findings.add(
          "message %s has seq %d, but no %s"
              .formatted(message.get(Fields.ID), MessageDocuments.seq(message), Fields.SEQ_KEY));
    }
  }

  private void look(Document message) {
    Object id = message.get(Fields.ID);
    ObjectId group = MessageDocuments.groupId(message);
    long seq = MessageDocuments.seq(message);
    String seqKey = Values.text(message, Fields.SEQ_KEY);
    if (!seqKey.equals(MessageKeys.seqKey(group, seq))) {
      findings.add(
          "message %s has seq %d in group %s, but the %s %s"
              .formatted(id, seq, group, Fields.SEQ_KEY, seqKey));
      return;
    }
    if (!group.equals(groupId)) {
      endGroup();
      beginGroup(group);
    }
    lookAtSeq(group, seq);
    lookAtSendKey(message);
    senderIds.add(MessageDocuments.senderId(message));
  }

  private void beginGroup(ObjectId group) {
    groupId = group;
    lastSeq = 0;
    if (collections
            .groups()
            .find(eq(Fields.ID, Values.bson(group)))
            .projection(include(Fields.ID))
            .first()
        == null) {
      findings.add("group %s has messages, but is not there".formatted(group));
    }
  }

  private void lookAtSeq(ObjectId group, long seq) {
    long old = pending.getOrDefault(group, 0L);
    boolean isBehindUnwritten = lastSeq < old && seq == old + 1;
    if (seq == lastSeq) {
      findings.add("group %s has seq %d twice".formatted(group, seq));
    } else if (seq == lastSeq + 2 && !isBehindUnwritten) {
      findings.add("group %s has no seq %d".formatted(group, seq - 1));
    } else if (seq != lastSeq + 1 && !isBehindUnwritten) {
      findings.add("group %s has no seqs %d to %d".formatted(group, lastSeq + 1, seq - 1));
    }
    lastSeq = seq;
  }

  private void lookAtSendKey(Document message) {
    String tempId = Values.textOrNull(message, Fields.TEMP_ID);
    String found = Values.textOrNull(message, Fields.SEND_KEY);
    boolean isOurs = message.containsKey(Fields.WRITER);
    String expected =
        tempId == null
            ? null
            : MessageKeys.sendKey(
                MessageDocuments.groupId(message), MessageDocuments.senderId(message), tempId);
    // What another service calls tempId is no name of ours.
    boolean isRight = found == null ? expected == null || !isOurs : found.equals(expected);
    if (!isRight) {
      findings.add(
          "message %s has the %s %s, not %s"
              .formatted(
                  message.get(Fields.ID),
                  Fields.SEND_KEY,
                  MongoStoreCheck.told(found),
                  MongoStoreCheck.told(expected)));
    }
  }

  private void endGroup() {
    for (ObjectId senderId : MongoStoreCheck.strangers(collections, senderIds)) {
      findings.add("user %s, who wrote in group %s, is not there".formatted(senderId, groupId));
    }
    senderIds.clear();
  }
}
