#include "core/signing/policy/KeptFacts.h"

#include "core/crypto/primitives/Hmac.h"
#include "core/policy/facts/PolicyFactsJson.h"
#include "core/vault/AssociatedData.h"

namespace countersign {

namespace {

constexpr std::string_view factsKeyPurpose = "factsv01";

}  // namespace

Result<KeptFacts> KeptFacts::open(Database& database, const Vault& vault)
{
    ASSIGN_OR_RETURN(auto key, vault.deriveKey(factsKeyPurpose));
    return KeptFacts(database, vault.info().profileId, std::move(key));
}

std::optional<PolicyFacts> KeptFacts::find(const std::string& jobId, const std::string& digest) const
{
    const auto found = attempt([&]() -> Result<PolicyFacts> {
        auto query = m_database.statement(
            "SELECT digest, facts, code FROM job_facts WHERE job_id = ?1 AND (?2 = '' OR digest = ?2) LIMIT "
            "2");
        query->bind(1, jobId);
        query->bind(2, digest);
        if (!query->executeStep()) {
            return failure(ErrorCode::NotFound, {});
        }
        const std::string stored = query->getColumn(0).getString();
        const std::string text = query->getColumn(1).getString();
        const bool isGenuine = equalConstantTime(codeOf(jobId, stored, text), blobView(query->getColumn(2)));
        if (!isGenuine || query->executeStep()) {
            return failure(ErrorCode::BadSignature, {});
        }
        return policyFactsFrom(text);
    });
    return found ? std::optional(*found) : std::nullopt;
}

Status KeptFacts::keep(const std::string& jobId, const std::string& digest, const PolicyFacts& facts) const
{
    const std::string text = textOf(facts);
    if (text.size() > policyFactsMaxBytes) {
        return {};
    }
    return attempt([&]() -> Status {
        auto insert = m_database.statement(
            "INSERT OR REPLACE INTO job_facts (job_id, digest, facts, code) VALUES (?, ?, ?, ?)");
        const Bytes code = codeOf(jobId, digest, text);
        insert->bind(1, jobId);
        insert->bind(2, digest);
        insert->bind(3, text);
        insert->bind(4, code.data(), static_cast<int>(code.size()));
        insert->exec();
        return {};
    });
}

Bytes KeptFacts::codeOf(const std::string& jobId, const std::string& digest, const std::string& text) const
{
    AssociatedData message("countersign job facts 1");
    message.add(m_profileId).add(jobId).add(digest).add(text);
    const HmacSha256Tag tag = hmacSha256(m_key->view(), message.bytes());
    return Bytes(tag.begin(), tag.end());
}

}  // namespace countersign
