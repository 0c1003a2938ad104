#pragma once

#include "core/base/SecretBytes.h"
#include "core/net/HttpExchange.h"

#include <QString>
#include <QUrl>

#include <string>

namespace countersign {

/// The address and bearer token of a relay's inbox. A console speaks to its relay from two layers (deliveries
/// come in, words about jobs go out), and both must name, address and authenticate an inbox in one way: the
/// entries that one of them has read are what the other is told about.
class RelayInbox
{
public:
    /// baseUrl by the rule of core/base/ServiceUrl.h; inbox: 1–128 printable ASCII characters without spaces,
    /// not dots alone; token: the consumer's bearer token, at most 4096 printable ASCII characters without
    /// spaces. InvalidInput otherwise.
    static Result<RelayInbox> make(const QString& baseUrl, const std::string& inbox, SecretBytes token);

    /// The feed's name: base URL without a trailing slash, and inbox.
    std::string url() const { return m_base.toString().toStdString(); }
    const std::string& name() const { return m_name; }

    /// For {base}/v1/inboxes/{inbox}{path}, with the token. path: encoded, beginning with a slash.
    HttpRequest request(const QByteArray& method, const QString& path) const;

private:
    RelayInbox(QUrl base, std::string name, SecretBytes token);

    QUrl m_base;
    std::string m_name;
    SecretBytes m_token;
};

/// The "detail" of a problem+json body (RFC 9457), else its "title", cut to 200 printable ASCII characters: a
/// stranger's words, to be shown as such. Empty when there is neither.
QString relayReason(const HttpResponse& answer);

/// The "type" of a problem+json body, where it is a short printable text; else empty.
std::string relayProblemType(const HttpResponse& answer);

/// "HTTP 409: the reason", for the details fold.
QString relayDetail(const HttpResponse& answer);

/// Whether the relay itself speaks: all that it says is JSON (refusals are RFC 9457's
/// application/problem+json). Where it is not, somebody in between answered: a proxy, a filter, a server in
/// front of the relay.
bool isOfRelay(const HttpResponse& answer);

/// Network: the relay was not reached, as far as that can be told.
Error answeredInBetween(const HttpHead& head);

/// What every refusal of a relay means where the call has no more to say: Denied (401, 403), NotFound (404),
/// Busy (429), Network for the rest, and
/// for what is not the relay's.
Error relayRefusal(const HttpResponse& answer);

}  // namespace countersign
