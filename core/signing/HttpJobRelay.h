#pragma once

#include "core/base/SecretBytes.h"
#include "core/net/HttpExchange.h"
#include "core/signing/JobRelay.h"

#include <QString>
#include <QUrl>

#include <memory>

namespace countersign {

/// Why this class exists: a desk's calls about jobs to a Countersign relay (design.md §6). The relay is
/// trusted with nothing but availability: every answer is bounded and strictly parsed, and its words are
/// shown as its words. Both calls may be repeated, so a connection that breaks does no harm.
class HttpJobRelay final : public JobRelay
{
public:
    /// As CountersignRelaySource::make: baseUrl by the rule of core/base/ServiceUrl.h; inbox: 1–128 printable
    /// ASCII characters; token: the consumer's bearer token, printable ASCII without spaces. InvalidInput
    /// otherwise.
    static Result<std::unique_ptr<HttpJobRelay>> make(const QString& baseUrl, const std::string& inbox,
                                                      SecretBytes token);

    /// jobId: 64 lower-case hex digits, else InvalidInput. Errors as JobRelay says; too many requests (429)
    /// and failures of the relay are Network, what the relay finds malformed is InvalidInput.
    [[nodiscard]] PendingCallPtr claim(const std::string& jobId, const std::string& desk,
                                       Answered<JobClaim> answered) override;
    [[nodiscard]] PendingCallPtr postEvent(const std::string& jobId, const std::string& envelope,
                                           Answered<void> answered) override;

private:
    HttpJobRelay(QUrl base, std::string inbox, SecretBytes token);
    PendingCallPtr post(const std::string& jobId, const char* call, const std::string& body,
                        Answered<HttpAnswer> answered);

    QUrl m_base;
    std::string m_inbox;
    SecretBytes m_token;
    HttpClient m_http;
};

}  // namespace countersign
