#pragma once

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

namespace countersign::testing {

/// A faulty D-Bus session bus: one may take a connection and then say nothing, too little or nonsense, or
/// hang up; programs must end all the same. Listens in a thread of its own, so that a test may wait for a
/// process meanwhile.
class OddBus
{
public:
    struct Manner
    {
        QByteArray toAuthentication;  ///< sent when the first bytes came
        QByteArray toHello;           ///< sent when bytes came after that
        bool hangsUp = false;         ///< when all of it was sent; else it stays and is silent
    };

    explicit OddBus(Manner manner) : m_manner(std::move(manner))
    {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        const QByteArray path = m_folder.filePath(QStringLiteral("bus")).toLocal8Bit();
        std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
        m_listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(m_listener, 16) != 0) {
            qFatal("no odd bus");
        }
        m_thread = std::thread([this] { serve(); });
    }
    ~OddBus()
    {
        m_stop = true;
        m_thread.join();
        ::close(m_listener);
    }
    OddBus(const OddBus&) = delete;
    OddBus& operator=(const OddBus&) = delete;

    QByteArray address() const
    {
        return "unix:path=" + m_folder.filePath(QStringLiteral("bus")).toLocal8Bit();
    }
    int connections() const { return m_connections; }

    /// What a bus says that works: its greeting, and a reply to Hello.
    static QByteArray greeting() { return "OK 0123456789abcdef0123456789abcdef\r\n"; }
    static QByteArray helloReply()
    {
        QByteArray body("\5\0\0\0:1.42\0", 10);
        QByteArray fields("\5\1u\0\1\0\0\0", 8);
        QByteArray message("l\2\1\1", 4);
        message.append(static_cast<char>(body.size())).append(3, '\0').append("\1\0\0\0", 4);
        message.append(static_cast<char>(fields.size())).append(3, '\0').append(fields);
        return message + body;
    }

private:
    struct Client
    {
        int socket = -1;
        int answered = 0;
    };

    void serve()
    {
        constexpr int lookMs = 20;
        std::vector<Client> clients;
        while (!m_stop) {
            std::vector<pollfd> watched{{m_listener, POLLIN, 0}};
            for (const Client& client : clients) {
                watched.push_back({client.socket, POLLIN, 0});
            }
            if (::poll(watched.data(), watched.size(), lookMs) <= 0) {
                continue;
            }
            if (watched.front().revents != 0) {
                clients.push_back({::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC), 0});
                ++m_connections;
                continue;
            }
            for (std::size_t i = 0; i < clients.size(); ++i) {
                if (watched[i + 1].revents != 0 && !answer(clients[i])) {
                    ::close(clients[i].socket);
                    clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
                    break;
                }
            }
        }
        for (const Client& client : clients) {
            ::close(client.socket);
        }
    }

    /// False when the connection is to be closed.
    bool answer(Client& client) const
    {
        char bytes[4096];
        if (::recv(client.socket, bytes, sizeof bytes, 0) <= 0) {
            return false;
        }
        const QByteArray& text = client.answered == 0 ? m_manner.toAuthentication : m_manner.toHello;
        if (client.answered < 2) {
            (void)::send(client.socket, text.constData(), static_cast<std::size_t>(text.size()),
                         MSG_NOSIGNAL);
        }
        ++client.answered;
        const int answers = m_manner.toHello.isEmpty() ? 1 : 2;
        return !m_manner.hangsUp || client.answered < answers;
    }

    Manner m_manner;
    QTemporaryDir m_folder;
    int m_listener = -1;
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_connections = 0;
    std::thread m_thread;
};

}  // namespace countersign::testing
