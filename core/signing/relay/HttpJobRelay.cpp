#include "core/signing/relay/HttpJobRelay.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/signing/relay/JobRelayAnswers.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr std::size_t jobIdCharacters = 64;

struct HttpJobRelayText
{
    Q_DECLARE_TR_FUNCTIONS(HttpJobRelayText)
};

bool isJobId(std::string_view text)
{
    return text.size() == jobIdCharacters && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

/// What a refusal means for a job; the rest means the same for every call.
Error errorOf(const HttpResponse& answer)
{
    if (answer.status != 429 && !isOfRelay(answer)) {
        return relayRefusal(answer);
    }
    const QString reason = relayReason(answer);
    const QString detail = relayDetail(answer);
    switch (answer.status) {
        case 400:
        case 413:
        case 422:
            return {ErrorCode::InvalidInput,
                    HttpJobRelayText::tr(
                        "The relay does not accept what was said about the job. Check that relay and "
                        "console have the same version."),
                    detail};
        case 404:
            return {ErrorCode::NotFound, HttpJobRelayText::tr("The relay does not know this job."), detail};
        case 409:
            return {ErrorCode::Busy,
                    reason.isEmpty()
                        ? HttpJobRelayText::tr(
                              "The relay refuses: another desk holds the job, or it is finished. "
                              "Look at it again in a minute.")
                        : HttpJobRelayText::tr("The relay refuses: \"%1\" Look at the job again later.")
                              .arg(reason),
                    QStringLiteral("HTTP 409")};
        case 429:
            // Not Busy: that would mean that the job is another's.
            return {ErrorCode::Network,
                    HttpJobRelayText::tr(
                        "The relay has many requests of this profile to answer and asks for patience. "
                        "Nothing is lost; try again in a minute."),
                    detail};
        default:
            return relayRefusal(answer);
    }
}

Result<JobClaim> readClaim(const PatientAnswer& answer)
{
    if (answer.status != 200 || isFromBetween(answer)) {
        return failure(errorOf(answer));
    }
    auto claim = parseJobClaim(answer.body);
    if (claim) {
        claim->waited = answer.waited;
    }
    return claim;
}

Status readAcceptance(const HttpResponse& answer, const std::string& jobId)
{
    return answer.status == 200 && !isFromBetween(answer) ? parseJobAcceptance(answer.body, jobId)
                                                          : failure(errorOf(answer));
}

/// 201: kept now. 200: it was there.
template <typename Read>
Status readKept(const HttpResponse& answer, const Read& read)
{
    const bool isKept = (answer.status == 200 || answer.status == 201) && !isFromBetween(answer);
    return isKept ? read(answer.body) : failure(errorOf(answer));
}

}  // namespace

Result<std::unique_ptr<HttpJobRelay>> HttpJobRelay::make(const QString& baseUrl, const std::string& inbox,
                                                         SecretBytes token, Options options)
{
    ASSIGN_OR_RETURN(auto relay, RelayInbox::make(baseUrl, inbox, std::move(token)));
    return std::unique_ptr<HttpJobRelay>(new HttpJobRelay(std::move(relay), std::move(options)));
}

HttpJobRelay::HttpJobRelay(RelayInbox inbox, Options options)
    : m_inbox(std::make_shared<const RelayInbox>(std::move(inbox))), m_options(std::move(options))
{
    if (!m_options.pause) {
        m_options.pause = std::make_shared<RetryAfterGate>();
    }
}

PendingCallPtr HttpJobRelay::claim(const std::string& jobId, const std::string& desk,
                                   Callback<JobClaim> answered)
{
    return post(
        jobId, "claim",
        [desk] {
            return dumpJson({{"desk", desk}});
        },
        [answered = std::move(answered)](const Result<PatientAnswer>& answer) {
            answered(answer.and_then(readClaim));
        });
}

PendingCallPtr HttpJobRelay::postEvent(const std::string& jobId, EnvelopeSource envelope,
                                       Callback<void> answered)
{
    return post(jobId, "events", std::move(envelope),
                [jobId, answered = std::move(answered)](const Result<PatientAnswer>& answer) {
                    answered(answer.and_then(
                        [&jobId](const PatientAnswer& given) { return readAcceptance(given, jobId); }));
                });
}

PendingCallPtr HttpJobRelay::postApproval(const std::string& jobId, std::string envelope,
                                          Callback<void> answered)
{
    return post(
        jobId, "approvals", [envelope = std::move(envelope)] { return envelope; },
        [jobId, answered = std::move(answered)](const Result<PatientAnswer>& answer) {
            answered(answer.and_then([&jobId](const PatientAnswer& given) {
                return readKept(given, [&jobId](BytesView body) { return parseJobAcceptance(body, jobId); });
            }));
        });
}

PendingCallPtr HttpJobRelay::postStatement(std::string envelope, Callback<void> answered)
{
    return postTo(
        QStringLiteral("/statements"), [envelope = std::move(envelope)] { return envelope; },
        [answered = std::move(answered)](const Result<PatientAnswer>& answer) {
            answered(answer.and_then([](const PatientAnswer& given) {
                return readKept(given, [](BytesView body) { return parseStatementAcceptance(body); });
            }));
        });
}

PendingCallPtr HttpJobRelay::post(const std::string& jobId, const char* call, EnvelopeSource body,
                                  Callback<PatientAnswer> answered)
{
    const QString path = isJobId(jobId) ? QStringLiteral("/jobs/") + QString::fromStdString(jobId) +
                                              QLatin1Char('/') + QLatin1StringView(call)
                                        : QString();
    return postTo(path, std::move(body), std::move(answered));
}

PendingCallPtr HttpJobRelay::postTo(const QString& path, EnvelopeSource body,
                                    Callback<PatientAnswer> answered)
{
    const auto make = [inbox = m_inbox, path, body = std::move(body)]() -> Result<HttpRequest> {
        ASSIGN_OR_RETURN(const auto content, body());
        HttpRequest request = inbox->request("POST", path);
        if (path.isEmpty()) {
            request.url.clear();  // the client refuses what has no address in its own time
        }
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = QByteArray::fromStdString(content);
        request.maxAnswerBytes = static_cast<qint64>(jobAnswerMaxBytes);
        return request;
    };
    return std::make_unique<RetryingHttpCall>(m_http, m_options.pause, m_options.patience, make,
                                              std::move(answered));
}

}  // namespace countersign
