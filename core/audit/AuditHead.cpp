#include "core/audit/AuditHead.h"

#include "core/crypto/envelopes/Sealing.h"
#include "core/vault/AssociatedData.h"
#include "core/vault/database/FileSync.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <thread>

namespace countersign {

namespace {

struct AuditHeadText
{
    Q_DECLARE_TR_FUNCTIONS(AuditHeadText)
};

constexpr std::size_t seqBytes = 8;
constexpr std::size_t hashBytes = std::tuple_size_v<AuditHash>;
constexpr std::size_t oldHeadBytes = seqBytes + hashBytes;
constexpr std::size_t headBytes = oldHeadBytes + seqBytes;
constexpr std::size_t boxBytes = headBytes + sealOverheadBytes;
static_assert(boxBytes <= 512, "a head must lie in one sector");
/// A writer copies 89 bytes: it is never in the middle of that for long.
constexpr int readings = 3;
constexpr std::chrono::milliseconds betweenReadings{2};

const SealedCell& headCell()
{
    static const SealedCell cell{"audit", "head", "head"};
    return cell;
}

std::int64_t numberAt(BytesView bytes, std::size_t offset)
{
    std::uint64_t number = 0;
    for (std::size_t i = seqBytes; i-- > 0;) {
        number = (number << 8U) | bytes[offset + i];
    }
    return static_cast<std::int64_t>(number);
}

tl::unexpected<Error> foreignHead(const QString& detail)
{
    return failure(
        ErrorCode::Corrupt,
        AuditHeadText::tr("The seal of the audit record (audit.head) is damaged or not of this profile."),
        detail);
}

}  // namespace

Bytes AuditHead::encode() const
{
    Bytes bytes;
    appendNumber(bytes, seq);
    bytes.insert(bytes.end(), hash.begin(), hash.end());
    if (trust) {
        appendNumber(bytes, *trust);
    }
    return bytes;
}

std::optional<AuditHead> AuditHead::decode(BytesView bytes)
{
    if (bytes.size() != oldHeadBytes && bytes.size() != headBytes) {
        return std::nullopt;
    }
    AuditHead head;
    head.seq = numberAt(bytes, 0);
    std::copy_n(bytes.begin() + seqBytes, hashBytes, head.hash.begin());
    head.trust = bytes.size() == headBytes ? std::optional(numberAt(bytes, oldHeadBytes)) : std::nullopt;
    return head.seq < 0 || head.trust.value_or(0) < 0 ? std::nullopt : std::optional(head);
}

Result<std::optional<AuditHead>> AuditHeadFile::read() const
{
    auto head = readOnce();
    for (int i = 1; i < readings && !head && head.error().code == ErrorCode::Corrupt; ++i) {
        std::this_thread::sleep_for(betweenReadings);
        head = readOnce();
    }
    return head;
}

Result<std::optional<AuditHead>> AuditHeadFile::readOnce() const
{
    const auto box = readSmallFile(m_vault.paths().auditHead(), boxBytes);
    if (!box) {
        switch (box.error().code) {
            case ErrorCode::NotFound:
                return std::optional<AuditHead>();
            case ErrorCode::InvalidInput:
                return foreignHead(box.error().detail);
            default:
                return failure(box.error());
        }
    }
    const auto content = m_vault.unsealPublic(headCell(), *box);
    if (!content) {
        return content.error().code == ErrorCode::Corrupt ? foreignHead(content.error().detail)
                                                          : failure(content.error());
    }
    const auto head = AuditHead::decode(*content);
    if (!head) {
        return foreignHead(QStringLiteral("sealed content of an unknown form"));
    }
    return head;
}

Status AuditHeadFile::write(const AuditHead& head) const
{
    ASSIGN_OR_RETURN(const auto box, m_vault.seal(headCell(), head.encode()));
    const auto file = m_vault.paths().auditHead();
    std::error_code missing;
    const bool fits = std::filesystem::file_size(file, missing) == box.size() && !missing;
    return fits ? overwriteFile(file, box) : replaceFile(file, box);
}

}  // namespace countersign
