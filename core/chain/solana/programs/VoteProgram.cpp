#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>
#include <limits>

// The Vote program (solana-vote-interface: instruction.rs, VoteInstruction, and state/mod.rs for the compact
// forms). Names as @solana/web3.js has them, the program's own for what that library does not know.

namespace countersign::solana {

namespace {

constexpr std::array<std::string_view, 3> voteAuthorizationTypes = {"voter", "withdrawer", "voterWithBls"};
constexpr std::uint32_t voterWithBls = 2;
constexpr std::array<std::string_view, 2> commissionKinds = {"inflationRewards", "blockRevenue"};
constexpr std::size_t blsPublicKeyBytes = 48;
constexpr std::size_t blsProofBytes = 96;

void readVoteAuthorizationType(FieldReader& fields)
{
    const std::uint32_t type = fields.reader().u32();
    fields.choice("authorizationType", type, voteAuthorizationTypes);
    if (type == voterWithBls) {
        fields.bytes("blsPubkey", blsPublicKeyBytes).bytes("blsProofOfPossession", blsProofBytes);
    }
}

void readVoteDerivedAuthority(FieldReader& fields)
{
    readVoteAuthorizationType(fields);
    fields.address("currentAuthorityDerivedKeyOwner").seed("currentAuthorityDerivedKeySeed");
}

void readCommissionKind(FieldReader& fields)
{
    fields.choice("kind", fields.reader().u32(), commissionKinds);
}

void readVote(FieldReader& fields)
{
    fields.list("slots", fields.reader().u64(), &FieldReader::u64);
    fields.address("hash").optional("timestamp", &FieldReader::i64);
}

void readVoteState(FieldReader& fields)
{
    fields.list("lockouts", fields.reader().u64(), [](FieldReader& lockout, const std::string& name) {
        lockout.u64(name + ".slot").u32(name + ".confirmationCount");
    });
    fields.optional("root", &FieldReader::u64).address("hash").optional("timestamp", &FieldReader::i64);
}

/// Seven bits a byte, the low ones first (solana-serde-varint): refused when it is longer than it need be or
/// has more than 64 bits.
std::uint64_t readVarint(InstructionReader& reader)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint64_t byte = reader.u8();
        const std::uint64_t bits = byte & 0x7fU;
        value |= bits << shift;
        if ((byte & 0x80U) == 0) {
            if ((bits << shift) >> shift != bits || (byte == 0 && shift > 0)) {
                reader.refuse();
            }
            return value;
        }
    }
    reader.refuse();
    return 0;
}

/// The same as readVoteState: slots as differences, and the largest number for a root that there is not.
void readCompactVoteState(FieldReader& fields)
{
    constexpr std::uint64_t noRoot = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t root = fields.reader().u64();
    std::uint64_t slot = root == noRoot ? 0 : root;
    if (root != noRoot) {
        fields.put("root", root);
    }
    fields.list("lockouts", fields.reader().compactU16(),
                [&slot](FieldReader& lockout, const std::string& name) {
                    const std::uint64_t difference = readVarint(lockout.reader());
                    if (difference > std::numeric_limits<std::uint64_t>::max() - slot) {
                        lockout.reader().refuse();
                    }
                    slot += difference;
                    lockout.put(name + ".slot", slot).u8(name + ".confirmationCount");
                });
    fields.address("hash").optional("timestamp", &FieldReader::i64);
}

void readTowerSync(FieldReader& fields)
{
    readCompactVoteState(fields);
    fields.address("blockId");
}

/// What these instructions have in two forms: the second with a proof that switching forks is allowed.
template <void (*read)(FieldReader&)>
void readSwitch(FieldReader& fields)
{
    read(fields);
    fields.address("proofHash");
}

void readVoteInit(FieldReader& fields)
{
    fields.address("node").address("authorizedVoter").address("authorizedWithdrawer").u8("commission");
}

void readVoteInitV2(FieldReader& fields)
{
    fields.address("node").address("authorizedVoter");
    fields.bytes("authorizedVoterBlsPubkey", blsPublicKeyBytes)
        .bytes("authorizedVoterBlsProofOfPossession", blsProofBytes);
    fields.address("authorizedWithdrawer")
        .u16("inflationRewardsCommissionBps")
        .u16("blockRevenueCommissionBps");
}

constexpr RoleWords votes = "vote slotHashesSysvar clockSysvar authorized";
constexpr RoleWords updates = "vote authorized";

constexpr std::array voteLayouts = {
    InstructionLayout{0, "initializeAccount", "vote rentSysvar clockSysvar node", readVoteInit},
    InstructionLayout{1, "authorize", "vote clockSysvar authorized",
                      [](FieldReader& fields) {
                          fields.address("newAuthorized");
                          readVoteAuthorizationType(fields);
                      }},
    InstructionLayout{2, "vote", votes, readVote},
    InstructionLayout{3, "withdraw", "vote to authorizedWithdrawer",
                      [](FieldReader& fields) { fields.u64("lamports"); }},
    InstructionLayout{4, "updateValidatorIdentity", "vote node authorizedWithdrawer"},
    InstructionLayout{5, "updateCommission", "vote authorizedWithdrawer",
                      [](FieldReader& fields) { fields.u8("commission"); }},
    InstructionLayout{6, "voteSwitch", votes, readSwitch<readVote>},
    InstructionLayout{7, "authorizeChecked", "vote clockSysvar authorized newAuthorized",
                      readVoteAuthorizationType},
    InstructionLayout{8, "updateVoteState", updates, readVoteState},
    InstructionLayout{9, "updateVoteStateSwitch", updates, readSwitch<readVoteState>},
    InstructionLayout{10, "authorizeWithSeed", "vote clockSysvar currentAuthorityDerivedKeyBase",
                      [](FieldReader& fields) {
                          readVoteDerivedAuthority(fields);
                          fields.address("newAuthorized");
                      }},
    InstructionLayout{11, "authorizeCheckedWithSeed",
                      "vote clockSysvar currentAuthorityDerivedKeyBase newAuthorized",
                      readVoteDerivedAuthority},
    InstructionLayout{12, "compactUpdateVoteState", updates, readCompactVoteState},
    InstructionLayout{13, "compactUpdateVoteStateSwitch", updates, readSwitch<readCompactVoteState>},
    InstructionLayout{14, "towerSync", updates, readTowerSync},
    InstructionLayout{15, "towerSyncSwitch", updates, readSwitch<readTowerSync>},
    InstructionLayout{16, "initializeAccountV2", "vote node inflationRewardsCollector blockRevenueCollector",
                      readVoteInitV2},
    InstructionLayout{17, "updateCommissionCollector", "vote newCollector authorizedWithdrawer",
                      readCommissionKind},
    InstructionLayout{18, "updateCommissionBps", "vote authorizedWithdrawer",
                      [](FieldReader& fields) {
                          fields.u16("commissionBps");
                          readCommissionKind(fields);
                      }},
    InstructionLayout{19, "depositDelegatorRewards", "vote source systemProgram",
                      [](FieldReader& fields) { fields.u64("deposit"); }},
};

}  // namespace

Result<ReadInstruction> decodeVote(const RawInstruction& instruction)
{
    return readBincodeProgram(voteLayouts, instruction);
}

}  // namespace countersign::solana
