package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

class ReadDocumentsTest {
  @Test
  void readsBackABlock() throws StoreException {
    ReadBlock block = ReadBlock.unread();
    block.add(3);
    Document document = ReadDocuments.block(block, Samples.NOW);
    assertTrue(ReadDocuments.bits(document).contains(3));
    assertEquals(Samples.NOW, ReadDocuments.readAt(document));
  }

  @Test
  void refusesWhatIsNoBlock() {
    assertThrows(StoreException.class, () -> ReadDocuments.bits(new Document()));
    assertThrows(
        StoreException.class,
        () -> ReadDocuments.bits(new Document(Fields.BITS, new Binary(new byte[129]))));
  }

  @Test
  void namesBlocksSideBySide() {
    String id = ReadDocuments.blockId(Samples.groupId(1), 0x1f, Samples.userId(2));
    assertEquals(Samples.groupId(1) + ":0000001f:" + Samples.userId(2), id);
    assertEquals(Samples.groupId(1), ReadDocuments.groupId(id));
    assertEquals(Samples.userId(2), ReadDocuments.userId(id));
    assertEquals(0x1f, ReadDocuments.block(id));
    assertTrue(id.compareTo(ReadDocuments.blockStart(Samples.groupId(1), 0x1f)) > 0);
    assertTrue(id.compareTo(ReadDocuments.blockEnd(Samples.groupId(1), 0x1f)) < 0);
    assertTrue(id.compareTo(ReadDocuments.blockStart(Samples.groupId(1), 0x20)) < 0);
  }
}
