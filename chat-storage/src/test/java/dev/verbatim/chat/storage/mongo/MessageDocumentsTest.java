package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.store.Samples;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageDocumentsTest {
  private static Message message(@Nullable String tempId) {
    return new Message(
        Samples.id(1),
        Samples.groupId(1),
        17,
        Samples.userId(1),
        "Hello",
        MessageType.IMAGE,
        false,
        tempId,
        null,
        Samples.NOW,
        Samples.NOW.plusMillis(1));
  }

  private static Document old() {
    return new Document(Fields.ID, Values.bson(Samples.id(1)))
        .append(Fields.GROUP_ID, Values.bson(Samples.groupId(1)))
        .append(Fields.SENDER_ID, Values.bson(Samples.userId(1)))
        .append(Fields.CONTENT, "Old")
        .append(Fields.TYPE, "text")
        .append(Fields.CREATED_AT, Date.from(Samples.NOW))
        .append("__v", 0);
  }

  private static Document readBy(Object userId) {
    return new Document(Fields.USER_ID, userId).append(Fields.READ_AT, Date.from(Samples.NOW));
  }

  @Test
  void readsBackWhatItWrites() {
    for (@Nullable String tempId : new @Nullable String[] {null, "", "temp"}) {
      Document document = MessageDocuments.document(message(tempId), "here");
      assertEquals(message(tempId), MessageDocuments.message(document));
      assertFalse(document.containsValue(null));
      assertEquals(tempId != null, document.containsKey(Fields.SEND_KEY));
    }
  }

  @Test
  void readsOldMessageAtTheSeqThatItWillHave() {
    Message message = MessageDocuments.message(old(), 5);
    assertEquals(
        new Message(
            Samples.id(1),
            Samples.groupId(1),
            5,
            Samples.userId(1),
            "Old",
            MessageType.TEXT,
            false,
            null,
            null,
            Samples.NOW,
            Samples.NOW),
        message);
    assertEquals(0, MessageDocuments.seq(old()));
  }

  @Test
  void tellsNoContentOfADeletedMessage() {
    assertEquals("", MessageDocuments.message(old().append(Fields.IS_DELETED, true)).content());
  }

  @Test
  void readsSeqsOfAnyNumberType() {
    for (Object seq : new Object[] {7, 7L, 7.0}) {
      assertEquals(7, MessageDocuments.seq(old().append(Fields.SEQ, seq)));
    }
  }

  @Test
  void tellsReadersOnceAndNeverTheSender() {
    Document document =
        old()
            .append(
                Fields.READ_BY,
                List.of(
                    readBy(Values.bson(Samples.userId(1))),
                    readBy(Values.bson(Samples.userId(2))),
                    readBy(Samples.userId(3).toString()),
                    "nonsense",
                    readBy(Values.bson(Samples.userId(2)))));
    assertEquals(
        List.of(
            new Reader(Samples.userId(2), Samples.NOW), new Reader(Samples.userId(3), Samples.NOW)),
        MessageDocuments.readers(document));
    assertEquals(5, MessageDocuments.readByCount(document));
    assertEquals(List.of(), MessageDocuments.readers(old()));
  }

  @Test
  void ordersKeysByGroupAndSeq() {
    List<String> keys =
        List.of(
            MessageKeys.seqKey(Samples.groupId(1), -1),
            MessageKeys.seqKey(Samples.groupId(1), 9),
            MessageKeys.seqKey(Samples.groupId(1), 10),
            MessageKeys.seqKey(Samples.groupId(1), Long.MAX_VALUE),
            MessageKeys.seqKey(Samples.groupId(2), 1));
    assertEquals(keys, keys.stream().sorted().toList());
    assertEquals(10, MessageKeys.seq(keys.get(2)));
    assertEquals(Samples.groupId(2), MessageKeys.groupId(keys.get(4)));
    assertEquals(0, MessageKeys.seq(keys.getFirst()));
  }
}
