package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.storage.ReadBlock;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How values stand in columns. The numbers of closed sets are their places in these lists. */
final class Columns {
  private static final List<MessageType> TYPES =
      List.of(MessageType.TEXT, MessageType.IMAGE, MessageType.FILE, MessageType.SYSTEM);
  private static final List<Role> ROLES = List.of(Role.OWNER, Role.ADMIN, Role.MEMBER);
  private static final List<Status> STATUSES = List.of(Status.ONLINE, Status.AWAY, Status.OFFLINE);
  private static final List<DeviceType> DEVICE_TYPES =
      List.of(DeviceType.MOBILE, DeviceType.WEB, DeviceType.DESKTOP);

  private Columns() {}

  static byte[] bytes(ObjectId id) {
    return ByteBuffer.allocate(12).putLong(id.high()).putInt(id.low()).array();
  }

  static ObjectId id(ResultSet row, int column) throws SQLException {
    ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(column));
    return new ObjectId(bytes.getLong(), bytes.getInt());
  }

  static boolean flag(ResultSet row, int column) throws SQLException {
    return row.getInt(column) != 0;
  }

  static @Nullable String text(ResultSet row, int column) throws SQLException {
    return row.getString(column);
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static @Nullable Instant instantOrNull(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  /** The instant as it will be read back. */
  static Instant kept(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /** A block that {@link ReadBlock#bytes} wrote. */
  static ReadBlock block(ResultSet row, int column) throws SQLException {
    try {
      return ReadBlock.parse(row.getBytes(column));
    } catch (IllegalArgumentException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  static int code(MessageType type) {
    return TYPES.indexOf(type);
  }

  static MessageType messageType(ResultSet row, int column) throws SQLException {
    return TYPES.get(row.getInt(column));
  }

  static int code(Role role) {
    return ROLES.indexOf(role);
  }

  static Role role(ResultSet row, int column) throws SQLException {
    return ROLES.get(row.getInt(column));
  }

  static int code(Status status) {
    return STATUSES.indexOf(status);
  }

  static Status status(ResultSet row, int column) throws SQLException {
    return STATUSES.get(row.getInt(column));
  }

  static int code(DeviceType type) {
    return DEVICE_TYPES.indexOf(type);
  }

  static DeviceType deviceType(ResultSet row, int column) throws SQLException {
    return DEVICE_TYPES.get(row.getInt(column));
  }
}
