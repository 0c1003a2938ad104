#pragma once

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/inbox/source/Feed.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <functional>
#include <vector>

namespace countersign {

/// A fake relay: as much of one as a console asks of it. It has entries 1, 2, 3 … with their bodies, the
/// feed's identity and history, and whatever a test wants changed about its answers. A console has to be
/// shown relays that were replaced, restored and forged, which the real one makes hard. Never waits.
class FeedServer : public QObject
{
    Q_OBJECT

public:
    FeedServer()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                if (socket->peek(16 * 1024).contains("\r\n\r\n")) {
                    const QByteArray target = socket->readAll().split(' ').value(1);
                    targets.append(target);
                    answer(*socket, QUrlQuery(QUrl(QString::fromLatin1(target))));
                }
            });
        });
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()); }

    /// Their seq is their place.
    std::vector<FeedEntry> entries;
    std::string identity = std::string(32, 'a');  ///< empty: an old relay, which tells no history either
    std::int64_t firstSeq = 1;                    ///< what was before was removed by retention
    std::function<std::string(std::string page)> alter;
    /// Instead of everything: status and body.
    std::function<std::optional<std::pair<int, std::string>>(const QUrlQuery& query)> refuse;
    QList<QByteArray> targets;  ///< what was asked for

    static std::string entryJson(const FeedEntry& entry, std::int64_t seq)
    {
        Json headers = Json::object();
        for (const auto& [name, value] : entry.headers) {
            headers[name] = value;
        }
        return dumpJson({{"seq", seq},
                         {"kind", entry.kind},
                         {"receivedAt", toIso8601(entry.receivedAt)},
                         {"headers", headers},
                         {"bodyBase64", toBase64(entry.body)}});
    }

private:
    std::string historyAt(std::int64_t seq) const
    {
        std::string chained(64, '0');
        for (std::int64_t i = 1; i <= seq; ++i) {
            const std::string link = chained + entryJson(entries[static_cast<std::size_t>(i - 1)], i);
            chained = toHex(sha256(asBytes(link)));
        }
        return chained;
    }

    static std::string problem(const char* type)
    {
        return dumpJson({{"type", type}, {"title", "Conflict"}, {"detail", "Read from the start."}});
    }

    std::pair<int, std::string> page(const QUrlQuery& query) const
    {
        const auto text = [&](const char* name) {
            return query.queryItemValue(QString::fromLatin1(name)).toStdString();
        };
        const std::int64_t after = std::stoll(text("after"));
        const std::int64_t last = static_cast<std::int64_t>(entries.size());
        if (!identity.empty() && !text("feed").empty() && text("feed") != identity) {
            return {409, problem("urn:countersign:feed-replaced")};
        }
        if (after > last ||
            (!identity.empty() && !text("head").empty() && text("head") != historyAt(after))) {
            return {409,
                    identity.empty() ? R"({"title":"Conflict"})" : problem("urn:countersign:feed-history")};
        }
        std::string json = R"({"entries":[)";
        std::int64_t cursor = after;
        const std::int64_t end =
            std::min<std::int64_t>(last, std::max(after, firstSeq - 1) + std::stoll(text("limit")));
        for (std::int64_t seq = std::max(after + 1, firstSeq); seq <= end; ++seq) {
            json += json.back() == '}' ? "," : "";
            json += entryJson(entries[static_cast<std::size_t>(seq - 1)], seq);
            cursor = seq;
        }
        json += R"(],"cursor":)" + std::to_string(cursor);
        if (!identity.empty()) {
            json += ",\"feed\":\"" + identity + R"(","head":")" + historyAt(cursor) +
                    "\",\"firstSeq\":" + std::to_string(firstSeq);
        }
        return {200, json + "}"};
    }

    void answer(QTcpSocket& socket, const QUrlQuery& query)
    {
        const auto refused = refuse ? refuse(query) : std::nullopt;
        auto [status, body] = refused ? *refused : page(query);
        if (status == 200 && alter) {
            body = alter(std::move(body));
        }
        socket.write("HTTP/1.1 " + QByteArray::number(status) +
                     " X\r\nConnection: close\r\nContent-Length: " +
                     QByteArray::number(static_cast<qsizetype>(body.size())) + "\r\n\r\n");
        socket.write(body.data(), static_cast<qsizetype>(body.size()));
        socket.disconnectFromHost();
    }

    QTcpServer m_server;
};

}  // namespace countersign
