#include "core/chain/solana/programs/ProgramDecoder.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::solana {

namespace {

constexpr int maxDepth = 4;

struct ProgramTableText
{
    Q_DECLARE_TR_FUNCTIONS(ProgramTableText)
};

// Addresses: each program's declare_id! (solana-sdk-ids; github.com/solana-program and Squads-Protocol/v4).
constexpr std::array knownPrograms = {
    KnownProgram{"system", "11111111111111111111111111111111", decodeSystem},
    KnownProgram{"stake", "Stake11111111111111111111111111111111111111", decodeStake},
    KnownProgram{"vote", "Vote111111111111111111111111111111111111111", decodeVote},
    KnownProgram{"computeBudget", "ComputeBudget111111111111111111111111111111", decodeComputeBudget},
    KnownProgram{"bpfLoaderDeprecated", "BPFLoader1111111111111111111111111111111111", decodeBpfLoader},
    KnownProgram{"bpfLoader", "BPFLoader2111111111111111111111111111111111", decodeBpfLoader},
    KnownProgram{"bpfLoaderUpgradeable", "BPFLoaderUpgradeab1e11111111111111111111111",
                 decodeUpgradeableLoader},
    KnownProgram{"loaderV4", "LoaderV411111111111111111111111111111111111", decodeLoaderV4},
    KnownProgram{"addressLookupTable", "AddressLookupTab1e1111111111111111111111111", decodeLookupTable},
    KnownProgram{"token", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", decodeToken},
    KnownProgram{"token2022", "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb", decodeToken2022},
    KnownProgram{"associatedToken", "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL", decodeAssociatedToken},
    KnownProgram{"memo", "Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo", decodeMemo},
    KnownProgram{"memo", "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", decodeMemo},
    KnownProgram{"ed25519", "Ed25519SigVerify111111111111111111111111111", decodeEd25519Precompile},
    KnownProgram{"secp256k1", "KeccakSecp256k11111111111111111111111111111", decodeSecp256k1Precompile},
    KnownProgram{"secp256r1", "Secp256r1SigVerify1111111111111111111111111", decodeSecp256r1Precompile},
    KnownProgram{"squads", "SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf", decodeSquads},
};

/// The table's addresses as bytes, in its order.
const std::array<SolanaAddress, knownPrograms.size()>& knownAddresses()
{
    static const auto addresses = [] {
        std::array<SolanaAddress, knownPrograms.size()> parsed{};
        std::ranges::transform(knownPrograms, parsed.begin(), [](const KnownProgram& program) {
            return *parseSolanaAddress(program.address);
        });
        return parsed;
    }();
    return addresses;
}

const KnownProgram* knownProgram(const SolanaAddress& address)
{
    const auto& addresses = knownAddresses();
    const auto found = std::ranges::find(addresses, address);
    return found == addresses.end() ? nullptr : &knownPrograms.at(std::size_t(found - addresses.begin()));
}

std::string englishReason(const Error& error)
{
    return (error.detail.isEmpty() ? error.sentence : error.detail).toStdString();
}

void adopt(DecodedInstruction& decoded, ReadInstruction read)
{
    decoded.name = std::move(read.name);
    decoded.fields = std::move(read.fields);
    decoded.inner = std::move(read.inner);
    const std::size_t named = std::min(decoded.accounts.size(), read.roles.size());
    for (std::size_t i = 0; i < named; ++i) {
        decoded.accounts[i].role = std::move(read.roles[i]);
    }
}

}  // namespace

DecodedInstruction decodeInstruction(const SolanaAddress& programId, std::vector<InstructionAccount> accounts,
                                     BytesView data, int depth, std::optional<std::size_t> position)
{
    DecodedInstruction decoded;
    decoded.programId = programId;
    decoded.accounts = std::move(accounts);
    decoded.data = toBytes(data);
    const KnownProgram* program = knownProgram(programId);
    if (program == nullptr) {
        decoded.error = "the program is not known here";
        return decoded;
    }
    decoded.program = program->name;
    if (depth >= maxDepth) {
        decoded.error = "instructions are nested too deeply";
        return decoded;
    }
    auto read = program->decode({decoded.accounts, data, depth, position});
    if (read) {
        adopt(decoded, *std::move(read));
    } else {
        decoded.error = englishReason(read.error());
    }
    return decoded;
}

Result<std::vector<std::string>> rolesOf(const RawInstruction& instruction,
                                         std::initializer_list<std::string_view> roles,
                                         std::string_view further)
{
    if (instruction.accounts.size() < roles.size()) {
        return unreadable("there are fewer accounts than the instruction needs");
    }
    std::vector<std::string> named(roles.begin(), roles.end());
    named.resize(instruction.accounts.size(), std::string(further));
    return named;
}

tl::unexpected<Error> unreadable(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   ProgramTableText::tr("This Solana instruction cannot be read in full."),
                   QLatin1String(detail));
}

}  // namespace countersign::solana
