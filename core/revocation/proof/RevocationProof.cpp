#include "core/revocation/proof/RevocationProof.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/reporting/DeskKey.h"
#include "core/vault/database/Database.h"

#include <QCoreApplication>

#include <span>

namespace countersign {

namespace {

struct RevocationProofText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationProofText)
};

Json timeOrNull(UnixMillis at)
{
    return at == 0 ? Json() : Json(toIso8601(at));
}

}  // namespace

Json signingCheckJson(const RevocationItem& item)
{
    return {{"signing", toText(item.signingCheck)},
            {"at", timeOrNull(item.checkedAt)},
            {"detail", item.checkDetail}};
}

namespace {

Json statementOf(const RevocationItem& item)
{
    Json json = {{"walletId", item.walletId},
                 {"address", item.address},
                 {"chain", item.chain},
                 {"shareSetIds", item.shareSetIds},
                 {"atDynamic", toText(item.outcome)},
                 {"httpStatus", item.httpStatus == 0 ? Json() : Json(item.httpStatus)},
                 {"answeredAt", timeOrNull(item.answeredAt)},
                 {"materialDestroyedAt", timeOrNull(item.destroyedAt)}};
    if (!item.onlyShareSet.empty()) {
        json["onlyShareSet"] = item.onlyShareSet;
    }
    if (item.signingCheck != SigningCheck::NotChecked) {
        json["check"] = signingCheckJson(item);
    }
    return json;
}

Result<Json> remainingWallets(Database& database)
{
    return attempt([&]() -> Result<Json> {
        SQLite::Statement query(database.handle(),
                                "SELECT wallet_id FROM wallet WHERE status = 'active' ORDER BY wallet_id");
        Json ids = Json::array();
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return Json{{"active", ids.size()}, {"walletIds", ids}};
    });
}

}  // namespace

Result<Json> revocationStatement(Database& database, const AuditLog& audit, const Revocation& revocation)
{
    auto remaining = remainingWallets(database);
    const auto newest =
        remaining ? audit.page(0, 1) : Result<std::vector<AuditEntry>>(failure(remaining.error()));
    if (!newest) {
        return failure(newest.error());
    }
    if (newest->empty()) {
        return failure(ErrorCode::Corrupt,
                       RevocationProofText::tr("The record is empty, so it cannot prove anything."));
    }
    Json statement = {
        {"id", revocation.id}, {"reason", revocation.reason}, {"startedAt", toIso8601(revocation.startedAt)}};
    if (revocation.endedAt != 0) {
        statement["endedAt"] = toIso8601(revocation.endedAt);
    }
    statement["wallets"] = Json::array();
    for (const RevocationItem& item : revocation.items) {
        statement["wallets"].push_back(statementOf(item));
    }
    statement["remaining"] = *std::move(remaining);
    statement["audit"] = {{"seq", newest->front().seq}, {"hash", toHexPrefixed(newest->front().hash)}};
    return statement;
}

Result<std::string> makeRevocationProof(Database& database, const Vault& vault, AuditLog& audit,
                                        const Clock& clock, const Revocation& revocation)
{
    const auto seed = deskSeed(database, vault, audit, clock);
    const auto statement =
        seed ? revocationStatement(database, audit, revocation) : Result<Json>(failure(seed.error()));
    if (!statement) {
        return failure(statement.error());
    }
    return signDsse(revocationPayloadType, asBytes(dumpJson(*statement)), *seed);
}

Result<Json> verifyRevocationProof(std::string_view envelope, const ed25519::PublicKey& deskKey)
{
    ASSIGN_OR_RETURN(const auto parsed, parseDsse(envelope, revocationProofMaxBytes));
    if (parsed.payloadType != revocationPayloadType) {
        return failure(ErrorCode::InvalidInput,
                       RevocationProofText::tr("This is not the proof of a revocation."),
                       QString::fromStdString(parsed.payloadType));
    }
    if (!verifyDsse(parsed, std::span(&deskKey, 1))) {
        return failure(
            ErrorCode::BadSignature,
            RevocationProofText::tr("The proof is not signed by this desk, or was changed afterwards."));
    }
    auto statement = parseJson(asText(parsed.payload),
                               {.maxBytes = revocationProofMaxBytes, .maxDepth = 6, .maxValues = 2'000'000});
    if (!statement || !statement->is_object()) {
        return failure(ErrorCode::InvalidInput, RevocationProofText::tr("The proof cannot be read."));
    }
    return statement;
}

}  // namespace countersign
