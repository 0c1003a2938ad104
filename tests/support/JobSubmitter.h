#pragma once

#include "core/base/SecretBytes.h"
#include "tests/support/RawHttp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::testing {

/// Why this class exists: what a customer's back end does: signs a job's document as a DSSE envelope with its
/// Ed25519 key and posts it to the relay with a submitter's token, asks how it stands, takes it back.
/// Blocking.
class JobSubmitter
{
public:
    /// seed: 32 bytes. token: of the role submitter (RelayProcess::createToken).
    JobSubmitter(std::string inbox, std::string token, SecretBytes seed);

    /// The submitter's token at the relay.
    const std::string& token() const { return m_token; }

    /// What "submitters add --public-key" takes: 64 hex digits.
    std::string publicKeyHex() const;

    /// The id that every program gives to the job with this document.
    static std::string jobIdOf(std::string_view document);
    /// The envelopes as JSON text, to be posted or spoilt.
    std::string envelopeOf(std::string_view document) const;
    std::string withdrawalOf(const std::string& jobId) const;

    /// The job's id; nothing when the relay refused it or did not answer.
    std::optional<std::string> submit(std::uint16_t port, std::string_view document) const;
    std::optional<RawResponse> post(std::uint16_t port, std::string_view envelope) const;
    std::optional<RawResponse> withdraw(std::uint16_t port, const std::string& jobId) const;
    std::optional<RawResponse> show(std::uint16_t port, const std::string& jobId) const;

private:
    std::string jobsPath() const { return "/v1/inboxes/" + m_inbox + "/jobs"; }
    std::optional<RawResponse> postTo(std::uint16_t port, const std::string& path,
                                      std::string_view body) const;

    std::string m_inbox;
    std::string m_token;
    SecretBytes m_seed;
};

}  // namespace countersign::testing
