#include "core/audit/witness/AuditCheckpoint.h"

#include "core/audit/AuditRows.h"
#include "core/audit/AuditTail.h"
#include "core/audit/witness/AuditJson.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"

#include <QCoreApplication>

#include <span>

namespace countersign {

namespace {

struct AuditCheckpointText
{
    Q_DECLARE_TR_FUNCTIONS(AuditCheckpointText)
};

constexpr std::size_t checkpointMembers = 4;
constexpr JsonLimits checkpointLimits{.maxBytes = checkpointMaxBytes, .maxDepth = 1, .maxValues = 5};

tl::unexpected<Error> noCheckpoint(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, AuditCheckpointText::tr("This is no checkpoint of a record."),
                   detail);
}

Result<AuditCheckpoint> checkpointOf(std::string_view payload)
{
    const auto json = parseJson(payload, checkpointLimits);
    if (!json || !json->is_object() || json->size() != checkpointMembers) {
        return noCheckpoint(QStringLiteral("four members are expected"));
    }
    const auto profile = requiredString(*json, "profile");
    const auto hashText = requiredString(*json, "hash");
    const auto at = requiredString(*json, "at");
    const auto seq = json->find("seq");
    if (!profile || !hashText || !at || seq == json->end() || !seq->is_number_unsigned() ||
        seq->get<std::uint64_t>() < 1 || seq->get<std::uint64_t>() > std::uint64_t{maxAuditSeq}) {
        return noCheckpoint(QStringLiteral("a member is missing or of another type"));
    }
    const auto hash = auditHashFromHex(*hashText);
    const auto time = fromIso8601(*at);
    if (!hash || !time) {
        return noCheckpoint(QStringLiteral("hash or at"));
    }
    return AuditCheckpoint{*profile, seq->get<std::int64_t>(), *hash, *time};
}

}  // namespace

Result<std::string> makeCheckpoint(Database& database, const Vault& vault, AuditLog& audit,
                                   const Clock& clock, const SecretBytes& seed,
                                   const std::function<bool(std::int64_t)>& progress)
{
    ASSIGN_OR_RETURN(const auto report, audit.verify(progress));
    if (!report.intact) {
        return failure(ErrorCode::Corrupt,
                       AuditCheckpointText::tr("The record is not intact, so nothing vouches for it. %1")
                           .arg(report.finding));
    }
    RETURN_IF_ERROR(audit.append("audit.checkpoint", {}, "{}"));
    ASSIGN_OR_RETURN(const auto end, currentHead(database, vault));
    const Json statement = {{"profile", vault.info().profileId},
                            {"seq", end.seq},
                            {"hash", toHexPrefixed(end.hash)},
                            {"at", toIso8601(clock.now())}};
    return signDsse(checkpointPayloadType, asBytes(dumpJson(statement)), seed);
}

Status refuseCheckpointOf(const QString& rollback)
{
    return rollback.isEmpty()
               ? Status()
               : failure(ErrorCode::Corrupt,
                         AuditCheckpointText::tr("No checkpoint is made of it. %1").arg(rollback));
}

Result<AuditCheckpoint> readCheckpoint(std::string_view envelope, const ed25519::PublicKey& deskKey)
{
    ASSIGN_OR_RETURN(const auto parsed, parseDsse(envelope, checkpointMaxBytes));
    if (parsed.payloadType != checkpointPayloadType) {
        return noCheckpoint(QString::fromStdString(parsed.payloadType));
    }
    if (!verifyDsse(parsed, std::span(&deskKey, 1))) {
        return failure(
            ErrorCode::BadSignature,
            AuditCheckpointText::tr("The checkpoint is not signed by this desk, or was changed afterwards."));
    }
    return checkpointOf(asText(parsed.payload));
}

}  // namespace countersign
