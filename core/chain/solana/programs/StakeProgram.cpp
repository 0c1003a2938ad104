#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// The Stake program (github.com/solana-program/stake: interface/src/instruction.rs, StakeInstruction, and
// program/src/processor.rs). Names as @solana/web3.js has them.
//
// Most instructions exist in two forms: with sysvars among the accounts, as the native program wanted them
// and every library sends them, and without. The program tells them apart by one account: in the old form it
// is a sysvar, in the new one somebody who must sign. So do we, and what is neither is not read.

namespace countersign::solana {

namespace {

constexpr std::array<std::string_view, 2> authorizationTypes = {"staker", "withdrawer"};

void readLamports(FieldReader& fields)
{
    fields.u64("lamports");
}

void readAuthorizationType(FieldReader& fields)
{
    fields.choice("authorizationType", fields.reader().u32(), authorizationTypes);
}

void readDerivedAuthority(FieldReader& fields)
{
    readAuthorizationType(fields);
    fields.seed("authoritySeed").address("authorityOwner");
}

void readLockupChange(FieldReader& fields)
{
    fields.optional("lockup.unixTimestamp", &FieldReader::i64).optional("lockup.epoch", &FieldReader::u64);
}

// Tag 15, redelegate, is refused by the program and therefore not read.
constexpr std::array stakeLayouts = {
    InstructionLayout{0, "initialize", "stake rentSysvar?",
                      [](FieldReader& fields) {
                          fields.address("authorized.staker").address("authorized.withdrawer");
                          fields.i64("lockup.unixTimestamp").u64("lockup.epoch").address("lockup.custodian");
                      }},
    InstructionLayout{1, "authorize", "stake clockSysvar authorized custodian?",
                      [](FieldReader& fields) {
                          fields.address("newAuthorized");
                          readAuthorizationType(fields);
                      }},
    InstructionLayout{2, "delegate", "stake vote clockSysvar stakeHistorySysvar stakeConfig authorized"},
    InstructionLayout{3, "split", "stake splitStake authorized", readLamports},
    InstructionLayout{4, "withdraw", "stake to clockSysvar stakeHistorySysvar authorized custodian?",
                      readLamports},
    InstructionLayout{5, "deactivate", "stake clockSysvar authorized"},
    InstructionLayout{6, "setLockup", "stake authority",
                      [](FieldReader& fields) {
                          readLockupChange(fields);
                          fields.optional("lockup.custodian", &FieldReader::address);
                      }},
    InstructionLayout{7, "merge", "stake sourceStake clockSysvar stakeHistorySysvar authorized"},
    InstructionLayout{8, "authorizeWithSeed", "stake authorityBase clockSysvar? custodian?",
                      [](FieldReader& fields) {
                          fields.address("newAuthorized");
                          readDerivedAuthority(fields);
                      }},
    InstructionLayout{9, "initializeChecked", "stake rentSysvar staker withdrawer"},
    InstructionLayout{10, "authorizeChecked", "stake clockSysvar authorized newAuthorized custodian?",
                      readAuthorizationType},
    InstructionLayout{11, "authorizeCheckedWithSeed",
                      "stake authorityBase clockSysvar newAuthorized custodian?", readDerivedAuthority},
    InstructionLayout{12, "setLockupChecked", "stake authority newCustodian?", readLockupChange},
    InstructionLayout{13, "getMinimumDelegation", ""},
    InstructionLayout{14, "deactivateDelinquent", "stake delinquentVote referenceVote"},
    InstructionLayout{16, "moveStake", "sourceStake destinationStake authorized", readLamports},
    InstructionLayout{17, "moveLamports", "sourceStake destinationStake authorized", readLamports},
};

/// The new form of an instruction, by the account that tells it from the old one.
struct FormWithoutSysvars
{
    std::uint32_t tag;
    std::size_t branch;  ///< number of the account: the clock (rent for initializeChecked), or another
    RoleWords roles;
};

constexpr std::uint32_t initializeChecked = 9;

constexpr std::array formsWithoutSysvars = {
    FormWithoutSysvars{1, 1, "stake authorized custodian?"},
    FormWithoutSysvars{2, 2, "stake vote authorized"},
    FormWithoutSysvars{4, 2, "stake to authorized custodian?"},
    FormWithoutSysvars{5, 1, "stake authorized"},
    FormWithoutSysvars{7, 2, "stake sourceStake authorized"},
    FormWithoutSysvars{8, 2, "stake authorityBase custodian"},
    FormWithoutSysvars{initializeChecked, 1, "stake staker withdrawer"},
    FormWithoutSysvars{10, 1, "stake authorized newAuthorized custodian?"},
    FormWithoutSysvars{11, 2, "stake authorityBase newAuthorized custodian?"},
};

const SolanaAddress& sysvarOf(std::uint32_t tag)
{
    static const SolanaAddress clock = *parseSolanaAddress("SysvarC1ock11111111111111111111111111111111");
    static const SolanaAddress rent = *parseSolanaAddress("SysvarRent111111111111111111111111111111111");
    return tag == initializeChecked ? rent : clock;
}

/// The words that fit these accounts; InvalidInput where neither form does.
Result<RoleWords> rolesOfForm(const InstructionLayout& layout, const RawInstruction& instruction)
{
    const auto* form = std::ranges::find(formsWithoutSysvars, layout.tag, &FormWithoutSysvars::tag);
    if (form == formsWithoutSysvars.end() || form->branch >= instruction.accounts.size()) {
        return layout.roles;
    }
    const InstructionAccount& branch = instruction.accounts[form->branch];
    if (branch.address == sysvarOf(layout.tag)) {
        return layout.roles;
    }
    if (layout.tag == initializeChecked) {
        // The staker need not sign: an account that only a lookup table knows could be either.
        return branch.address ? Result<RoleWords>(form->roles)
                              : unreadable("whether an account is the rent sysvar cannot be told");
    }
    if (branch.signs) {
        return form->roles;
    }
    // What a lookup table loads cannot sign, so that only the sysvar is left.
    return branch.address ? unreadable("an account is neither the clock sysvar nor does it sign")
                          : Result<RoleWords>(layout.roles);
}

}  // namespace

Result<ReadInstruction> decodeStake(const RawInstruction& instruction)
{
    FieldReader fields(instruction.data);
    const std::uint32_t tag = fields.reader().u32();
    const InstructionLayout* known = fields.reader().isFine() ? layoutOf(stakeLayouts, tag) : nullptr;
    if (known == nullptr) {
        return unreadable("the program has no such instruction, or it is not known here");
    }
    InstructionLayout layout = *known;
    ASSIGN_OR_RETURN(layout.roles, rolesOfForm(*known, instruction));
    return readByLayout(layout, instruction, std::move(fields));
}

}  // namespace countersign::solana
