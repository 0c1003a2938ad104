#include "core/net/RelayInbox.h"

#include "core/base/ServiceUrl.h"
#include "core/base/encoding/Json.h"
#include "core/net/BearerToken.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr std::size_t maxInboxCharacters = 128;
constexpr std::size_t maxTokenCharacters = 4096;
constexpr std::size_t maxProblemBytes = 16 * 1024;
constexpr std::size_t maxReasonCharacters = 200;

struct RelayInboxText
{
    Q_DECLARE_TR_FUNCTIONS(RelayInboxText)
};

bool isWord(std::string_view text, std::size_t maxCharacters)
{
    return !text.empty() && text.size() <= maxCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<RelayInbox> RelayInbox::make(const QString& baseUrl, const std::string& inbox, SecretBytes token)
{
    ASSIGN_OR_RETURN(auto base, parseServiceUrl(baseUrl));
    if (!isWord(inbox, maxInboxCharacters) || inbox.find_first_not_of('.') == std::string::npos) {
        return failure(ErrorCode::InvalidInput,
                       RelayInboxText::tr("The inbox's name cannot be used. Check the settings."));
    }
    if (!isWord(token.text(), maxTokenCharacters)) {
        return failure(ErrorCode::InvalidInput,
                       RelayInboxText::tr(
                           "The relay token cannot be used. Enter it again, without spaces or line ends."));
    }
    return RelayInbox(std::move(base), inbox, std::move(token));
}

RelayInbox::RelayInbox(QUrl base, std::string name, SecretBytes token)
    : m_base(std::move(base)), m_name(std::move(name)), m_token(std::move(token))
{}

HttpRequest RelayInbox::request(const QByteArray& method, const QString& path) const
{
    HttpRequest request;
    request.method = method;
    request.url = m_base;
    request.url.setPath(m_base.path(QUrl::FullyEncoded) + QStringLiteral("/v1/inboxes/") +
                            QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(m_name))) +
                            path,
                        QUrl::StrictMode);
    request.headers = {{"Accept", "application/json"}};
    request.secretHeaders.emplace_back("Authorization", bearerToken(m_token));
    return request;
}

QString relayReason(const HttpResponse& answer)
{
    const auto json =
        parseJson(asText(answer.body), {.maxBytes = maxProblemBytes, .maxDepth = 4, .maxValues = 64});
    for (const char* member : {"detail", "title"}) {
        const auto text = json ? optionalString(*json, member) : Result<std::optional<std::string>>();
        if (text && *text) {
            std::string shown = (*text)->substr(0, maxReasonCharacters);
            std::ranges::replace_if(
                shown, [](char c) { return c < ' ' || c > '~'; }, '?');
            return QString::fromLatin1(shown);
        }
    }
    return {};
}

std::string relayProblemType(const HttpResponse& answer)
{
    const auto json =
        parseJson(asText(answer.body), {.maxBytes = maxProblemBytes, .maxDepth = 4, .maxValues = 64});
    const auto type = json ? optionalString(*json, "type") : Result<std::optional<std::string>>();
    return type && *type && isWord(**type, maxReasonCharacters) ? **type : std::string();
}

QString relayDetail(const HttpResponse& answer)
{
    const QString reason = relayReason(answer);
    return QStringLiteral("HTTP %1").arg(answer.status) +
           (reason.isEmpty() ? QString() : QStringLiteral(": ") + reason);
}

bool isOfRelay(const HttpResponse& answer)
{
    if (isFromBetween(answer)) {
        return false;
    }
    if (answer.contentType == "application/json" || answer.contentType == "application/problem+json") {
        return true;
    }
    const auto json =
        parseJson(asText(answer.body), {.maxBytes = maxProblemBytes, .maxDepth = 4, .maxValues = 64});
    return json && json->is_object();
}

Error answeredInBetween(const HttpHead& head)
{
    return {ErrorCode::Network,
            RelayInboxText::tr(
                "Something between this computer and the relay answered in the relay's place (HTTP %1), "
                "probably a proxy, a filter or a network's sign-in page. Check the network, the proxy "
                "settings and the relay's address.")
                .arg(head.status),
            QStringLiteral("HTTP %1 that is not the relay's").arg(head.status)};
}

Error relayRefusal(const HttpResponse& answer)
{
    if (answer.status != 429 && !isOfRelay(answer)) {  // whoever asks for patience gets it
        return answeredInBetween(answer);
    }
    const QString detail = relayDetail(answer);
    switch (answer.status) {
        case 401:
            return {ErrorCode::Denied,
                    RelayInboxText::tr(
                        "The relay does not know this profile's token. Make one with \"countersign-relay "
                        "token create\" and enter it here."),
                    detail};
        case 403:
            return {ErrorCode::Denied,
                    RelayInboxText::tr(
                        "This profile's token may not do this. It needs the role \"consumer\", for "
                        "this inbox."),
                    detail};
        case 404:
            return {ErrorCode::NotFound,
                    RelayInboxText::tr(
                        "The relay has no such inbox. Check the relay's address and the inbox's name."),
                    detail};
        case 429:
            return {ErrorCode::Busy, RelayInboxText::tr("The relay asks for patience: too many requests."),
                    detail};
        default:
            break;
    }
    return {ErrorCode::Network,
            answer.status >= 500
                ? RelayInboxText::tr(
                      "The relay cannot answer right now. It is asked again soon; nothing is lost.")
                : RelayInboxText::tr("The relay's answer cannot be understood. Check the relay's address."),
            detail};
}

}  // namespace countersign
