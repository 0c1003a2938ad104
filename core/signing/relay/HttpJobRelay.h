#pragma once

#include "core/net/RelayInbox.h"
#include "core/net/RetryingHttpCall.h"
#include "core/signing/relay/JobRelay.h"

#include <QString>

#include <memory>

namespace countersign {

/// JobRelay over HTTP: a desk's calls about jobs to a Countersign relay (design.md §6). The relay is trusted
/// with nothing but availability: every answer is bounded and strictly parsed, and its words are shown as its
/// words. A relay that asks for a moment (429, 503 with Retry-After) has taken nothing and gets it, within
/// bounds.
class HttpJobRelay final : public JobRelay
{
public:
    struct Options
    {
        /// Shared by all that ask the same relay; null: of this object's own.
        std::shared_ptr<RetryAfterGate> pause = {};
        /// How long a call is tried again because the relay asks for a moment.
        std::chrono::milliseconds patience = std::chrono::seconds(60);
    };

    /// Arguments by the rules of RelayInbox::make. InvalidInput otherwise.
    static Result<std::unique_ptr<HttpJobRelay>> make(const QString& baseUrl, const std::string& inbox,
                                                      SecretBytes token, Options options);
    static Result<std::unique_ptr<HttpJobRelay>> make(const QString& baseUrl, const std::string& inbox,
                                                      SecretBytes token)
    {
        return make(baseUrl, inbox, std::move(token), Options());
    }

    Feed feed() const override { return {m_inbox->url(), m_inbox->name()}; }
    /// jobId: 64 lower-case hex digits, else InvalidInput. Errors as JobRelay says; too many requests (429)
    /// for longer than the patience and failures of the relay are Network, what the relay finds malformed is
    /// InvalidInput.
    [[nodiscard]] PendingCallPtr claim(const std::string& jobId, const std::string& desk,
                                       Callback<JobClaim> answered) override;
    [[nodiscard]] PendingCallPtr postEvent(const std::string& jobId, EnvelopeSource envelope,
                                           Callback<void> answered) override;
    [[nodiscard]] PendingCallPtr postApproval(const std::string& jobId, std::string envelope,
                                              Callback<void> answered) override;
    [[nodiscard]] PendingCallPtr postStatement(std::string envelope, Callback<void> answered) override;

private:
    HttpJobRelay(RelayInbox inbox, Options options);
    PendingCallPtr post(const std::string& jobId, const char* call, EnvelopeSource body,
                        Callback<PatientAnswer> answered);
    /// path: below the inbox; empty: never sent, InvalidInput in its own time.
    PendingCallPtr postTo(const QString& path, EnvelopeSource body, Callback<PatientAnswer> answered);

    std::shared_ptr<const RelayInbox> m_inbox;  ///< shared with the calls
    Options m_options;
    std::shared_ptr<HttpClient> m_http = std::make_shared<HttpClient>();
};

}  // namespace countersign
