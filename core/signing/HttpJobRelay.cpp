#include "core/signing/HttpJobRelay.h"

#include "core/base/Json.h"
#include "core/base/ServiceUrl.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr std::size_t maxInboxCharacters = 128;
constexpr std::size_t maxTokenCharacters = 4096;
constexpr std::size_t jobIdCharacters = 64;
constexpr qint64 maxAnswerBytes = 16 * 1024;
constexpr std::size_t maxReasonCharacters = 200;

QString translated(const char* text)
{
    return QCoreApplication::translate("HttpJobRelay", text);
}

bool isToken(std::string_view text, std::size_t maxCharacters)
{
    return !text.empty() && text.size() <= maxCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool isJobId(std::string_view text)
{
    return text.size() == jobIdCharacters &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<Json> parsed(const HttpAnswer& answer)
{
    return parseJson(asText(answer.body), {.maxBytes = maxAnswerBytes, .maxDepth = 4, .maxValues = 64});
}

/// The detail of an application/problem+json body (RFC 9457), cut to what can be shown; empty when there is
/// none.
QString reasonOf(const HttpAnswer& answer)
{
    const auto json = parsed(answer);
    const auto detail = json ? optionalString(*json, "detail") : Result<std::optional<std::string>>();
    if (!detail || !*detail) {
        return {};
    }
    std::string shown = (*detail)->substr(0, maxReasonCharacters);
    std::ranges::replace_if(
        shown, [](char c) { return c < ' ' || c > '~'; }, '?');
    return QString::fromLatin1(shown);
}

Error errorOf(const HttpAnswer& answer)
{
    const QString reason = reasonOf(answer);
    const QString detail = QStringLiteral("HTTP %1%2")
                               .arg(answer.status)
                               .arg(reason.isEmpty() ? QString() : QStringLiteral(": ") + reason);
    switch (answer.status) {
        case 400:
        case 413:
        case 422:
            return {ErrorCode::InvalidInput,
                    translated("The relay does not accept what was said about the job. Check that relay and "
                               "console have the same version."),
                    detail};
        case 401:
            return {ErrorCode::Denied,
                    translated("The relay does not know this profile's token. Make one with "
                               "\"countersign-relay token create\" and enter it here."),
                    detail};
        case 403:
            return {ErrorCode::Denied,
                    translated("This profile's token may not act on jobs. It needs the role \"consumer\"."),
                    detail};
        case 404:
            return {ErrorCode::NotFound, translated("The relay does not know this job."), detail};
        case 409:
            return {ErrorCode::Busy,
                    reason.isEmpty()
                        ? translated("The relay refuses: another desk holds the job, or it is finished. "
                                     "Look at it again in a minute.")
                        : translated("The relay refuses: \"%1\" Look at the job again later.").arg(reason),
                    QStringLiteral("HTTP 409")};
        case 429:
            return {ErrorCode::Network,
                    translated("The relay asks for patience: too many requests. Try again in a minute."),
                    detail};
        default:
            break;
    }
    return answer.status >= 500
               ? Error{ErrorCode::Network, translated("The relay cannot answer right now. Try again later."),
                       detail}
               : Error{ErrorCode::Network,
                       translated("The relay's answer cannot be understood. Check the relay's address."),
                       detail};
}

tl::unexpected<Error> strangeAnswer(const char* detail)
{
    return failure(ErrorCode::Network,
                   translated("The relay's answer cannot be understood. Check the relay's address."),
                   QString::fromLatin1(detail));
}

Result<JobClaim> readLease(const HttpAnswer& answer)
{
    if (answer.status != 200) {
        return failure(errorOf(answer));
    }
    const auto json = parsed(answer);
    const auto text = json ? requiredString(*json, "leaseUntil") : Result<std::string>(failure(json.error()));
    const auto time = text ? fromIso8601(*text) : std::nullopt;
    if (!time) {
        return strangeAnswer("HTTP 200 without leaseUntil");
    }
    const auto withdrawal = json->find("withdrawalRequested");
    return JobClaim{*time, withdrawal != json->end() && *withdrawal == true};
}

Status readAcceptance(const HttpAnswer& answer, const std::string& jobId)
{
    if (answer.status != 200) {
        return failure(errorOf(answer));
    }
    const auto json = parsed(answer);
    const auto named = json ? requiredString(*json, "jobId") : Result<std::string>(failure(json.error()));
    if (!named || *named != jobId) {
        return strangeAnswer("HTTP 200 about another job, or none");
    }
    return {};
}

SecretBytes bearer(const SecretBytes& token)
{
    constexpr std::string_view scheme = "Bearer ";
    SecretBytes header(scheme.size() + token.size());
    std::uint8_t* const end = std::copy(scheme.begin(), scheme.end(), header.data());
    std::copy(token.view().begin(), token.view().end(), end);
    return header;
}

}  // namespace

Result<std::unique_ptr<HttpJobRelay>> HttpJobRelay::make(const QString& baseUrl, const std::string& inbox,
                                                         SecretBytes token)
{
    auto base = parseServiceUrl(baseUrl);
    if (!base) {
        return failure(base.error());
    }
    if (!isToken(inbox, maxInboxCharacters) || inbox.find_first_not_of('.') == std::string::npos) {
        return failure(ErrorCode::InvalidInput,
                       translated("The inbox's name cannot be used. Check the settings."));
    }
    if (!isToken(token.text(), maxTokenCharacters)) {
        return failure(
            ErrorCode::InvalidInput,
            translated("The relay token cannot be used. Enter it again, without spaces or line ends."));
    }
    return std::unique_ptr<HttpJobRelay>(new HttpJobRelay(*std::move(base), inbox, std::move(token)));
}

HttpJobRelay::HttpJobRelay(QUrl base, std::string inbox, SecretBytes token)
    : m_base(std::move(base)), m_inbox(std::move(inbox)), m_token(std::move(token))
{}

PendingCallPtr HttpJobRelay::claim(const std::string& jobId, const std::string& desk,
                                   Answered<JobClaim> answered)
{
    return post(jobId, "claim", dumpJson({{"desk", desk}}),
                [answered = std::move(answered)](const Result<HttpAnswer>& answer) {
                    answered(answer.and_then(readLease));
                });
}

PendingCallPtr HttpJobRelay::postEvent(const std::string& jobId, const std::string& envelope,
                                       Answered<void> answered)
{
    return post(
        jobId, "events", envelope, [jobId, answered = std::move(answered)](const Result<HttpAnswer>& answer) {
            answered(
                answer.and_then([&jobId](const HttpAnswer& given) { return readAcceptance(given, jobId); }));
        });
}

PendingCallPtr HttpJobRelay::post(const std::string& jobId, const char* call, const std::string& body,
                                  Answered<HttpAnswer> answered)
{
    HttpRequest request;
    request.method = "POST";
    if (isJobId(jobId)) {
        request.url = m_base;
        request.url.setPath(
            m_base.path(QUrl::FullyEncoded) + QStringLiteral("/v1/inboxes/") +
                QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(m_inbox))) +
                QStringLiteral("/jobs/") + QString::fromStdString(jobId) + QLatin1Char('/') +
                QLatin1StringView(call),
            QUrl::StrictMode);
    }  // else there is no address, which the client refuses in its own time
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.secretHeaders.emplace_back("Authorization", bearer(m_token));
    request.body = QByteArray::fromStdString(body);
    request.maxAnswerBytes = maxAnswerBytes;
    return m_http.send(std::move(request), std::move(answered));
}

}  // namespace countersign
