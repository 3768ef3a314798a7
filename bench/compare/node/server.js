// The chat service that Verbatim replaces, as a Node team would write it on Express and Socket.IO,
// with a store in memory (kinder to it than a database is). PORT (3101) is where it listens.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import cors from 'cors';
import express from 'express';
import helmet from 'helmet';
import { Server } from 'socket.io';

const port = +(process.env.PORT || 3101);
const CONTENT_CHARACTERS_MAX = 4000;
const GROUP_MESSAGES_MAX = 10000;
const GROUP_MESSAGES_FORGOTTEN = 5000; // at once, when a group holds more than the most
const TYPING_MILLIS = 5000;

const users = new Map(); // token -> user
const groups = new Map(); // group id -> group
const messages = new Map(); // group id -> messages, oldest first
const sessions = new Map(); // socket id -> session
const typing = new Map(); // user id + group id -> timer that ends the typing

const newId = () => randomBytes(12).toString('hex');
const room = groupId => `group:${groupId}`;
const isMember = (userId, groupId) => groups.get(groupId)?.members.some(m => m.userId === userId);

const brief = user => ({
  _id: user._id,
  firstName: user.firstName,
  lastName: user.lastName,
  username: user.username,
});

function fail(socket, event, code, message) {
  socket.emit(event, { code, message, timestamp: new Date() });
}

/** The user of a token; whoever is unknown becomes a user, for the load brings tokens of its own. */
function userOf(token) {
  let user = users.get(token);
  if (!user) {
    user = {
      _id: newId(),
      clerkId: token,
      email: `${token}@x.dev`,
      firstName: token,
      lastName: '',
      username: token,
      isActive: true,
      createdAt: new Date(),
      updatedAt: new Date(),
    };
    users.set(token, user);
  }
  return user;
}

/** The group of an id, made when it is new. */
function groupOf(groupId, ownerId) {
  let group = groups.get(groupId);
  if (!group) {
    group = { _id: groupId, name: groupId, ownerId, members: [], isActive: true };
    groups.set(groupId, group);
  }
  return group;
}

function store(message) {
  let list = messages.get(message.groupId);
  if (!list) {
    messages.set(message.groupId, (list = []));
  }
  list.push(message);
  if (list.length > GROUP_MESSAGES_MAX) {
    list.splice(0, GROUP_MESSAGES_FORGOTTEN);
  }
}

function onAuthenticate(socket, user) {
  const session = {
    _id: newId(),
    userId: user._id,
    socketId: socket.id,
    status: 'online',
    lastActivity: new Date(),
  };
  sessions.set(socket.id, session);
  socket.join(`user:${user._id}`);
  socket.emit('authentication_success', { user, sessionId: session._id });
}

async function onJoinGroup(socket, user, payload) {
  const group = groupOf(payload?.groupId, user._id);
  if (!isMember(user._id, group._id)) {
    group.members.push({ userId: user._id, role: 'member', joinedAt: new Date() });
  }
  await socket.join(room(group._id));
  socket.data.joined.add(group._id);
  socket.emit('group_joined', {
    groupId: group._id,
    group: { _id: group._id, name: group.name },
    onlineMembers: [],
  });
}

function onLeaveGroup(socket, { groupId }) {
  socket.leave(room(groupId));
  socket.data.joined.delete(groupId);
  socket.emit('group_left', { groupId });
}

function onSendMessage(socket, user, payload) {
  const { groupId, content, type, tempId } = payload ?? {};
  if (!groupId || !content || !type) {
    return fail(socket, 'message_error', 'VALIDATION_ERROR', 'Missing required fields');
  }
  if (!socket.data.joined.has(groupId)) {
    return fail(socket, 'message_error', 'ACCESS_DENIED', 'Not a member');
  }
  if (content.length > CONTENT_CHARACTERS_MAX) {
    return fail(socket, 'message_error', 'MESSAGE_TOO_LONG', 'Too long');
  }
  const now = new Date();
  const message = {
    _id: newId(),
    groupId,
    senderId: user._id,
    content: content.trim(),
    type,
    isDeleted: false,
    readBy: [],
    createdAt: now,
    updatedAt: now,
  };
  store(message);
  socket.emit('message_sent', { message, tempId });
  socket.to(room(groupId)).emit('new_message', { message, sender: brief(user) });
}

function onMarkMessageRead(socket, user, { messageId, groupId }) {
  const receipt = { messageId, groupId, readBy: user._id, readAt: new Date() };
  socket.to(room(groupId)).emit('message_read', receipt);
}

function onTypingStart(socket, user, { groupId }) {
  if (!socket.data.joined.has(groupId)) {
    return;
  }
  const key = user._id + groupId;
  clearTimeout(typing.get(key));
  socket.to(room(groupId)).emit('user_typing', { groupId, userId: user._id, user: brief(user) });
  const stop = () => {
    typing.delete(key);
    socket.to(room(groupId)).emit('user_stopped_typing', { groupId, userId: user._id });
  };
  typing.set(key, setTimeout(stop, TYPING_MILLIS));
}

const app = express();
app.use(helmet());
app.use(cors());
app.get('/health', (_, response) => response.json({ status: 'ok', uptime: process.uptime() }));
app.get('/info', (_, response) => response.json({ service: 'reference-node' }));

const http = createServer(app);
const io = new Server(http, {
  pingInterval: 25000,
  pingTimeout: 60000,
  maxHttpBufferSize: 1e6,
  perMessageDeflate: false,
});

io.use((socket, next) => {
  const token = socket.handshake.auth?.token;
  if (!token) {
    return next(new Error('AUTHENTICATION_FAILED'));
  }
  socket.data.user = userOf(token);
  socket.data.joined = new Set();
  next();
});

io.on('connection', socket => {
  const user = socket.data.user;
  socket.on('authenticate', () => onAuthenticate(socket, user));
  socket.on('join_group', payload => onJoinGroup(socket, user, payload));
  socket.on('leave_group', payload => onLeaveGroup(socket, payload));
  socket.on('send_message', payload => onSendMessage(socket, user, payload));
  socket.on('mark_message_read', payload => onMarkMessageRead(socket, user, payload));
  socket.on('typing_start', payload => onTypingStart(socket, user, payload));
  socket.on('disconnect', () => sessions.delete(socket.id));
});

http.listen(port, '127.0.0.1', () => console.log(`reference-node on ${port} pid ${process.pid}`));
