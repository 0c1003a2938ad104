#include "core/audit/AuditReseal.h"

#include "core/audit/AuditRows.h"
#include "core/audit/AuditTail.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/text/SanitizedText.h"

#include <algorithm>
#include <optional>
#include <string>

namespace countersign {

namespace {

/// So many of the rows that were cut off are named in the record.
constexpr int namedRows = 20;
constexpr qsizetype namedCharacters = 100;

/// Nothing when it can be no hash.
std::optional<AuditHash> hashOf(const Bytes& stored)
{
    AuditHash hash{};
    if (stored.size() != hash.size()) {
        return std::nullopt;
    }
    std::copy(stored.begin(), stored.end(), hash.begin());
    return hash;
}

/// Only the vault's key makes a hash that follows the one before, whether that row is whole or not.
bool isGenuine(const AuditChain& chain, const AuditEntry& entry, const std::optional<AuditHash>& before)
{
    return before && equalConstantTime(chain.next(*before, entry.fields()), entry.hash);
}

/// The last row that was written with the vault's key; seq 0 when there is none.
AuditHead lastGenuineEntry(Database& database, const AuditChain& chain)
{
    SQLite::Statement rows(database.handle(),
                           "SELECT seq, at, kind, subject, detail, hash FROM audit WHERE seq >= 1 "
                           "ORDER BY seq DESC");
    const auto headOf = [](const AuditEntry& entry) { return AuditHead{entry.seq, *hashOf(entry.hash)}; };
    std::optional<AuditEntry> later;
    while (rows.executeStep()) {
        AuditEntry entry = auditEntryOf(rows);
        if (later && later->seq == entry.seq + 1 && isGenuine(chain, *later, hashOf(entry.hash))) {
            return headOf(*later);
        }
        if (entry.seq == 1 && isGenuine(chain, entry, AuditHash{})) {
            return headOf(entry);
        }
        later = std::move(entry);
    }
    return {};
}

Json namedRow(SQLite::Statement& row)
{
    const auto words = [&](int column) {
        return sanitizedText(row.getColumn(column).getString(), namedCharacters).toStdString();
    };
    return {{"seq", row.getColumn(0).getInt64()}, {"kind", words(1)}, {"subject", words(2)}};
}

/// Takes out what lies behind the last genuine entry or in front of the first; null when there is nothing.
Json cutOff(Database& database, std::int64_t last)
{
    SQLite::Statement rows(database.handle(),
                           "SELECT seq, kind, subject FROM audit WHERE seq > ? OR seq < 1 ORDER BY seq");
    rows.bind(1, last);
    std::int64_t count = 0;
    Json named = Json::array();
    while (rows.executeStep()) {
        if (++count <= namedRows) {
            named.push_back(namedRow(rows));
        }
    }
    if (count == 0) {
        return nullptr;
    }
    rows.reset();
    SQLite::Statement cut(database.handle(), "DELETE FROM audit WHERE seq > ? OR seq < 1");
    cut.bind(1, last);
    cut.exec();
    return {{"count", count}, {"entries", named}};
}

/// One resealing, under the write lock.
class Resealing
{
public:
    Resealing(Database& database, const Vault& vault, const Clock& clock, const AuditChain& chain)
        : m_database(database), m_vault(vault), m_clock(clock), m_chain(chain)
    {}

    Status run(Json detail);
    /// The entry that the record ends with then.
    const AuditHead& end() const { return m_end; }

private:
    Status add(std::string_view kind, const Json& detail);
    Status settleTrust();

    Database& m_database;
    const Vault& m_vault;
    const Clock& m_clock;
    const AuditChain& m_chain;
    std::optional<AuditHead> m_sealed;  ///< the old head, if it is genuine
    AuditHead m_end;
};

Status Resealing::add(std::string_view kind, const Json& detail)
{
    const std::string text = dumpJson(detail);
    const AuditFields entry{m_end.seq + 1, m_clock.now(), kind, {}, text};
    const AuditHash hash = m_chain.next(m_end.hash, entry);
    m_end = {entry.seq, hash, m_end.trust};
    return insertEntry(m_database, entry, hash);
}

// The later one of seal and record counts, and where the settings know of a later one still, theirs is lost.
Status Resealing::settleTrust()
{
    m_end.trust = lastTrustEntry(m_database, m_vault.info().settingsSealed);
    if (m_sealed && m_sealed->trust > m_end.trust) {
        m_end.trust = m_sealed->trust;
    }
    auto manifest = TrustManifest::read(m_database, m_vault);
    if (!manifest) {
        return manifest.error().code == ErrorCode::BadSignature ? Status() : failure(manifest.error());
    }
    if (manifest->entry < m_end.seq && holds(m_database, *manifest)) {
        return {};
    }
    if (m_sealed && m_sealed->trust == manifest->entry) {
        RETURN_IF_ERROR(add(settingsSealedKind, {{"resealed", true}, {"before", manifest->entry}}));
        m_end.trust = m_end.seq;
        manifest->entry = m_end.seq;
        manifest->entryHash = toHex(m_end.hash);
        return manifest->write(m_database, m_vault);
    }
    m_end.trust = std::max(m_end.trust.value_or(0), manifest->entry + 1);
    return {};
}

Status Resealing::run(Json detail)
{
    const auto head = AuditHeadFile(m_vault).read();
    if (!head && head.error().code != ErrorCode::Corrupt) {
        return failure(head.error());
    }
    m_sealed = head ? *head : std::nullopt;
    m_end = lastGenuineEntry(m_database, m_chain);
    if (m_sealed && m_sealed->seq > m_end.seq && holds(m_database, *m_sealed)) {
        m_end = *m_sealed;
    }
    if (Json cut = cutOff(m_database, m_end.seq); !cut.is_null()) {
        detail["cutOff"] = std::move(cut);
    }
    const Status added = add("audit.resealed", detail);
    return added ? settleTrust() : added;
}

}  // namespace

Status resealRecord(Database& database, const Vault& vault, const Clock& clock, const AuditReport& report,
                    std::string_view reason)
{
    ASSIGN_OR_RETURN(const auto chain, auditChainOf(vault));
    const Json detail = {{"finding", report.finding.toStdString()},
                         {"firstBadSeq", report.firstBadSeq},
                         {"entries", report.entries},
                         {"reason", std::string(reason)}};
    Resealing resealing(database, vault, clock, chain);
    RETURN_IF_ERROR(transact(database, [&] { return resealing.run(detail); }));
    return transact(database, [&]() -> Status {
        // Another program may have gone on already, where only rows behind the head were cut off.
        ASSIGN_OR_RETURN(const auto end, advanceHead(database, chain, resealing.end()));
        return AuditHeadFile(vault).write(end);
    });
}

Status acceptRollback(Database& database, const Vault& vault, const Clock& clock, const QString& finding,
                      std::string_view reason)
{
    AuditLog audit(database, vault, clock);
    ASSIGN_OR_RETURN(const auto report, audit.verify());
    if (!report.intact) {
        return resealRecord(database, vault, clock, report, reason);
    }
    return audit.append("audit.resealed", {},
                        dumpJson({{"finding", finding.toStdString()},
                                  {"rolledBack", true},
                                  {"entries", report.entries},
                                  {"reason", std::string(reason)}}));
}

}  // namespace countersign
