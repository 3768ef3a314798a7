package dev.verbatim.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether the port is free. */
record PortCheck(String host, int port) implements ConnectionCheck {
  @Override
  public String name() {
    return "port";
  }

  @Override
  public Result run() {
    String place = host + ":" + port;
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return new Fails(place + ": no such host");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
      return new Works(place + " is free");
    } catch (IOException e) {
      return new Fails(place + ": " + Reason.of(e) + "; a running server has it too");
    }
  }
}
