#include "core/audit/AuditTail.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

constexpr std::string_view keyPurpose = "audit-v1";

std::string_view tailText(const SQLite::Column& column)
{
    const char* text = column.getText();
    return {text, static_cast<std::size_t>(column.getBytes())};
}

/// The last trusted entry, given that this one follows.
void note(std::optional<std::int64_t>& trust, std::int64_t seq, std::string_view kind)
{
    if (kind == settingsSealedKind || (trust && isTrustKind(kind))) {
        trust = seq;
    }
}

}  // namespace

bool isTrustKind(std::string_view kind)
{
    static constexpr std::array kinds = {
        std::string_view("profile.created"), settingsSealedKind,
        std::string_view("setting.changed"), std::string_view("setting.removed"),
        std::string_view("submitter.added"), std::string_view("submitter.removed")};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

tl::unexpected<Error> recordContradiction(const QString& what)
{
    return failure(ErrorCode::Corrupt,
                   QCoreApplication::translate(
                       "AuditLog",
                       "The audit record contradicts its seal, so nothing can be recorded and nothing is "
                       "done. Run \"countersign-cli audit verify\" to see what is wrong, and \"audit "
                       "reseal\" once you know why."),
                   what);
}

Result<AuditChain> auditChainOf(const Vault& vault)
{
    auto key = vault.deriveKey(keyPurpose);
    if (!key) {
        return failure(key.error());
    }
    return AuditChain(std::move(*key));
}

Result<AuditHead> lastEntry(Database& database)
{
    SQLite::Statement query(database.handle(), "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    AuditHead last;
    last.trust.reset();
    if (query.executeStep()) {
        last.seq = query.getColumn(0).getInt64();
        const BytesView hash = blobView(query.getColumn(1));
        if (last.seq < 1 || hash.size() != last.hash.size()) {
            return recordContradiction(QStringLiteral("the last entry is malformed"));
        }
        std::copy(hash.begin(), hash.end(), last.hash.begin());
    }
    return last;
}

bool holds(Database& database, const AuditHead& head)
{
    if (head.seq == 0) {
        return true;
    }
    SQLite::Statement query(database.handle(), "SELECT hash FROM audit WHERE seq = ?");
    query.bind(1, head.seq);
    if (!query.executeStep()) {
        return false;
    }
    const BytesView stored = blobView(query.getColumn(0));
    return std::equal(head.hash.begin(), head.hash.end(), stored.begin(), stored.end());
}

Result<AuditHead> advanceHead(Database& database, const AuditChain& chain, AuditHead head, std::int64_t upTo)
{
    if (!holds(database, head)) {
        return recordContradiction(QStringLiteral("the sealed entry %1 is not in the record").arg(head.seq));
    }
    SQLite::Statement rows(database.handle(),
                           "SELECT seq, at, kind, subject, detail, hash FROM audit "
                           "WHERE seq > ? AND seq <= ? ORDER BY seq");
    rows.bind(1, head.seq);
    rows.bind(2, upTo);
    while (rows.executeStep()) {
        const AuditFields entry{rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(),
                                tailText(rows.getColumn(2)), tailText(rows.getColumn(3)),
                                tailText(rows.getColumn(4))};
        const AuditHash hash = chain.next(head.hash, entry);
        if (entry.seq != head.seq + 1 || !equalConstantTime(hash, blobView(rows.getColumn(5)))) {
            return recordContradiction(
                QStringLiteral("entry %1 does not follow what was sealed").arg(head.seq + 1));
        }
        head.seq = entry.seq;
        head.hash = hash;
        note(head.trust, entry.seq, entry.kind);
    }
    return head;
}

std::optional<std::int64_t> lastTrustEntry(Database& database, bool sealedFromBirth)
{
    std::optional<std::int64_t> trust;
    if (sealedFromBirth) {
        trust = 0;
    }
    SQLite::Statement rows(database.handle(), "SELECT seq, kind FROM audit ORDER BY seq");
    while (rows.executeStep()) {
        note(trust, rows.getColumn(0).getInt64(), tailText(rows.getColumn(1)));
    }
    return trust;
}

Result<AuditHead> currentHead(Database& database, const Vault& vault, std::int64_t upTo)
{
    const auto chain = auditChainOf(vault);
    if (!chain) {
        return failure(chain.error());
    }
    // The file first: then everything that it stands for is in the snapshot that the first query takes.
    const auto file = AuditHeadFile(vault).read();
    if (!file) {
        return file.error().code == ErrorCode::Corrupt ? recordContradiction(file.error().detail)
                                                       : failure(file.error());
    }
    return attempt([&]() -> Result<AuditHead> {
        if (file->has_value()) {
            return advanceHead(database, *chain, **file, upTo);
        }
        const auto last = lastEntry(database);
        if (!last) {
            return last;
        }
        return last->seq == 0 ? Result<AuditHead>(AuditHead{})
                              : recordContradiction(QStringLiteral("audit.head is missing"));
    });
}

}  // namespace countersign
