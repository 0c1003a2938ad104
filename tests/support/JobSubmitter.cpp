#include "tests/support/JobSubmitter.h"

#include "core/base/Hex.h"
#include "core/base/Json.h"
#include "core/crypto/Dsse.h"
#include "core/crypto/Sha256.h"

namespace countersign::testing {

JobSubmitter::JobSubmitter(std::string inbox, std::string token, SecretBytes seed)
    : m_inbox(std::move(inbox)), m_token(std::move(token)), m_seed(std::move(seed))
{}

std::string JobSubmitter::publicKeyHex() const
{
    return toHex(ed25519::publicKey(m_seed).value());
}

std::string JobSubmitter::jobIdOf(std::string_view document)
{
    return toHex(sha256(asBytes(document)));
}

std::string JobSubmitter::envelopeOf(std::string_view document) const
{
    return signDsse(jobPayloadType, asBytes(document), m_seed).value();
}

std::string JobSubmitter::withdrawalOf(const std::string& jobId) const
{
    const std::string payload = dumpJson({{"jobId", jobId}});
    return signDsse(withdrawalPayloadType, asBytes(payload), m_seed).value();
}

std::optional<std::string> JobSubmitter::submit(std::uint16_t port, std::string_view document) const
{
    const auto response = post(port, envelopeOf(document));
    if (!response || (response->status != 200 && response->status != 201)) {
        return std::nullopt;
    }
    const auto json = parseJson(response->body);
    const auto jobId = json ? requiredString(*json, "jobId") : Result<std::string>(failure(json.error()));
    return jobId ? std::optional(*jobId) : std::nullopt;
}

std::optional<RawResponse> JobSubmitter::post(std::uint16_t port, std::string_view envelope) const
{
    return postTo(port, jobsPath(), envelope);
}

std::optional<RawResponse> JobSubmitter::withdraw(std::uint16_t port, const std::string& jobId) const
{
    return postTo(port, jobsPath() + '/' + jobId + "/withdraw", withdrawalOf(jobId));
}

std::optional<RawResponse> JobSubmitter::show(std::uint16_t port, const std::string& jobId) const
{
    return RawHttp::exchange(port, RawHttp::get(jobsPath() + '/' + jobId, m_token));
}

std::optional<RawResponse> JobSubmitter::postTo(std::uint16_t port, const std::string& path,
                                                std::string_view body) const
{
    return RawHttp::exchange(
        port, RawHttp::post(path, body,
                            "Content-Type: application/json\r\nAuthorization: Bearer " + m_token + "\r\n"));
}

}  // namespace countersign::testing
