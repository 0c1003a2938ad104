#include "core/signing/approval/SigningFreeze.h"

#include "core/audit/trust/FreezeSetting.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/base/encoding/Json.h"

#include <QCoreApplication>
#include <QSysInfo>

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace countersign {

namespace {

struct SigningFreezeText
{
    Q_DECLARE_TR_FUNCTIONS(SigningFreezeText)
};

Status checkReason(std::string_view reason)
{
    if (reason.empty() || reason.size() > freezeMaxReasonBytes) {
        return failure(ErrorCode::InvalidInput,
                       SigningFreezeText::tr("A reason has 1 to %1 bytes.").arg(freezeMaxReasonBytes));
    }
    return {};
}

std::string encodeFreeze(const SigningFreeze& freeze)
{
    return dumpJson({{"by", freeze.by}, {"reason", freeze.reason}, {"at", toIso8601(freeze.at)}});
}

/// What is vouched for was written by us; anything else is a defect or a foreign version, and no freedom.
Result<SigningFreeze> decodeFreeze(std::string_view text)
{
    const auto json = parseJson(text);
    const auto by = json ? requiredString(*json, "by") : Result<std::string>(failure(json.error()));
    const auto reason = by ? requiredString(*json, "reason") : by;
    const auto at = reason ? requiredString(*json, "at") : reason;
    const auto time = at ? fromIso8601(*at) : std::nullopt;
    if (!time) {
        return failure(ErrorCode::Corrupt,
                       SigningFreezeText::tr("Signing is frozen, but it cannot be read why. Lift it with "
                                             "\"countersign-cli unfreeze --reason …\"."));
    }
    return SigningFreeze{*by, *reason, *time};
}

}  // namespace

QString SigningFreeze::sentence() const
{
    return SigningFreezeText::tr(
               "Signing is frozen here: %1 said on %2, “%3”. Nothing is signed until it is "
               "lifted (\"countersign-cli unfreeze --reason …\"; in the window: Unfreeze…).")
        .arg(QString::fromStdString(by), QString::fromStdString(toIso8601(at)),
             QString::fromStdString(reason));
}

std::string localAccount()
{
    constexpr std::size_t bufferBytes = 4096;
    std::array<char, bufferBytes> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    const bool isKnown =
        ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
    const std::string name = isKnown ? std::string(entry.pw_name) : "uid " + std::to_string(::getuid());
    return name + '@' + QSysInfo::machineHostName().toStdString();
}

Result<std::optional<SigningFreeze>> signingFreeze(Database& database, const Vault& vault)
{
    ASSIGN_OR_RETURN(const auto stored, TrustedSettings(database, vault).get(freezeSettingKey));
    if (!stored) {
        return std::optional<SigningFreeze>();
    }
    ASSIGN_OR_RETURN(auto freeze, decodeFreeze(*stored));
    return std::optional(std::move(freeze));
}

Status refuseWhileFrozen(Database& database, const Vault& vault, ErrorCode code)
{
    ASSIGN_OR_RETURN(const auto freeze, signingFreeze(database, vault));
    return freeze ? failure(code, freeze->sentence(), QStringLiteral("frozen")) : Status();
}

Result<SigningFreeze> freezeSigning(Database& database, const Vault& vault, AuditLog& audit,
                                    const Clock& clock, std::string_view reason)
{
    RETURN_IF_ERROR(checkReason(reason));
    return audit.commit([&](AuditTransaction& record) {
        return freezeWithin(record, database, vault, {localAccount(), std::string(reason), clock.now()}, {});
    });
}

Result<SigningFreeze> freezeWithin(AuditTransaction& record, Database& database, const Vault& vault,
                                   const SigningFreeze& made, Json detail)
{
    if (auto known = signingFreeze(database, vault); known && *known) {
        return **std::move(known);
    }
    detail["by"] = made.by;
    detail["reason"] = made.reason;
    RETURN_IF_ERROR(record.add("signing.frozen", {}, dumpJson(detail)));
    RETURN_IF_ERROR(TrustedSettings(database, vault).set(freezeSettingKey, encodeFreeze(made)));
    return made;
}

Status unfreezeSigning(Database& database, const Vault& vault, AuditLog& audit, std::string_view reason)
{
    RETURN_IF_ERROR(checkReason(reason));
    const auto lift = [&](AuditTransaction& record) -> Status {
        if (const auto known = signingFreeze(database, vault); known && !*known) {
            return failure(ErrorCode::NotFound, SigningFreezeText::tr("Signing is not frozen."));
        }
        RETURN_IF_ERROR(record.add("signing.unfrozen", {},
                                   dumpJson({{"by", localAccount()}, {"reason", std::string(reason)}})));
        return TrustedSettings(database, vault).remove(freezeSettingKey);
    };
    return audit.commit(lift);
}

}  // namespace countersign
