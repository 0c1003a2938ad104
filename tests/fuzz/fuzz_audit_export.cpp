#include "core/audit/witness/AuditCheckpoint.h"
#include "core/audit/witness/AuditExport.h"
#include "core/audit/witness/AuditJson.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

namespace {

const SecretBytes& exportSeed()
{
    static const SecretBytes fixed(ed25519::seedBytes);
    return fixed;
}

const ed25519::PublicKey& exportKey()
{
    static const ed25519::PublicKey key = *ed25519::publicKey(exportSeed());
    return key;
}

Result<AuditExportSummary> check(BytesView text, std::size_t piece)
{
    AuditExportCheck check;
    while (!text.empty()) {
        const std::size_t size = std::min(piece, text.size());
        RETURN_IF_ERROR(check.add(text.first(size)));
        text = text.subspan(size);
    }
    return check.finish(exportKey());
}

/// The input as the lines of an export that is signed as it should be.
void checkSigned(BytesView lines)
{
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string_view rest = asText(lines);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (const auto entry = parseAuditEntry(line)) {
            require(parseAuditEntry(dumpJson(auditEntryJson(*entry))).has_value(),
                    "an entry that was read can be read again");
            from = from == 0 ? entry->seq : from;
            to = entry->seq;
        }
    }
    Bytes text = toBytes(lines);
    if (text.empty() || text.back() != '\n') {
        text.push_back('\n');
    }
    const Json statement = {{"from", from}, {"to", to}, {"sha256", toHex(sha256(text))}};
    const std::string envelope =
        *signDsse(auditExportPayloadType, asBytes(dumpJson(statement)), exportSeed());
    const BytesView tail = asBytes(envelope);
    text.insert(text.end(), tail.begin(), tail.end());
    const auto whole = check(text, text.size());
    require(whole.has_value() == check(text, 3).has_value(), "the pieces' size decides nothing");
    if (whole) {
        require(whole->from == from && whole->to == to, "the ends are those of the lines");
        text.front() ^= 0x20U;
        require(!check(text, 64), "another line is not signed");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    require(!check(input, 16) || !input.empty(), "nothing is no export");
    checkSigned(input);
    (void)readCheckpoint(asText(input), exportKey());
    if (const auto envelope = signDsse(checkpointPayloadType, input, exportSeed())) {
        if (const auto checkpoint = readCheckpoint(*envelope, exportKey())) {
            require(checkpoint->seq >= 1, "a checkpoint names an entry");
        }
    }
    return 0;
}
