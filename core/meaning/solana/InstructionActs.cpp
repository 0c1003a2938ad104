#include "core/meaning/solana/InstructionActs.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

struct InstructionKind
{
    std::string_view name;  ///< as the decoder calls the instruction; no two programs differ in what it means
    IntentKind kind;
};

// What stands not here is a call, or carries others.
constexpr std::array instructionKinds = {
    InstructionKind{"transfer", IntentKind::Transfer},
    InstructionKind{"transferWithSeed", IntentKind::Transfer},
    InstructionKind{"transferChecked", IntentKind::Transfer},
    InstructionKind{"transferCheckedWithFee", IntentKind::Transfer},
    InstructionKind{"withdrawNonceAccount", IntentKind::Transfer},
    InstructionKind{"withdraw", IntentKind::Transfer},
    InstructionKind{"split", IntentKind::Transfer},
    InstructionKind{"merge", IntentKind::Transfer},
    InstructionKind{"moveStake", IntentKind::Transfer},
    InstructionKind{"moveLamports", IntentKind::Transfer},
    InstructionKind{"withdrawExcessLamports", IntentKind::Transfer},
    InstructionKind{"unwrapLamports", IntentKind::Transfer},
    InstructionKind{"recoverNested", IntentKind::Transfer},
    InstructionKind{"spendingLimitUse", IntentKind::Transfer},
    InstructionKind{"approve", IntentKind::Approve},
    InstructionKind{"approveChecked", IntentKind::Approve},
    InstructionKind{"revoke", IntentKind::RevokeApproval},
    InstructionKind{"createAccount", IntentKind::Create},
    InstructionKind{"createAccountWithSeed", IntentKind::Create},
    InstructionKind{"createAccountAllowPrefund", IntentKind::Create},
    InstructionKind{"initialize", IntentKind::Create},
    InstructionKind{"initializeChecked", IntentKind::Create},
    InstructionKind{"initializeMint", IntentKind::Create},
    InstructionKind{"initializeMint2", IntentKind::Create},
    InstructionKind{"initializeAccount", IntentKind::Create},
    InstructionKind{"initializeAccount2", IntentKind::Create},
    InstructionKind{"initializeAccount3", IntentKind::Create},
    InstructionKind{"initializeMultisig", IntentKind::Create},
    InstructionKind{"initializeMultisig2", IntentKind::Create},
    InstructionKind{"initializeBuffer", IntentKind::Create},
    InstructionKind{"deployWithMaxDataLen", IntentKind::Create},
    InstructionKind{"deploy", IntentKind::Create},
    InstructionKind{"createLookupTable", IntentKind::Create},
    InstructionKind{"multisigCreateV2", IntentKind::Create},
    InstructionKind{"advanceNonceAccount", IntentKind::Nonce},
    InstructionKind{"initializeNonceAccount", IntentKind::Nonce},
    InstructionKind{"upgradeNonceAccount", IntentKind::Nonce},
    InstructionKind{"authorizeNonceAccount", IntentKind::Authority},
    InstructionKind{"assign", IntentKind::Authority},
    InstructionKind{"assignWithSeed", IntentKind::Authority},
    InstructionKind{"allocateWithSeed", IntentKind::Authority},
    InstructionKind{"authorize", IntentKind::Authority},
    InstructionKind{"authorizeChecked", IntentKind::Authority},
    InstructionKind{"authorizeWithSeed", IntentKind::Authority},
    InstructionKind{"authorizeCheckedWithSeed", IntentKind::Authority},
    InstructionKind{"setLockup", IntentKind::Authority},
    InstructionKind{"setLockupChecked", IntentKind::Authority},
    InstructionKind{"setAuthority", IntentKind::Authority},
    InstructionKind{"setAuthorityChecked", IntentKind::Authority},
    InstructionKind{"transferAuthority", IntentKind::Authority},
    InstructionKind{"upgrade", IntentKind::Authority},
    InstructionKind{"initializePermanentDelegate", IntentKind::Authority},
    InstructionKind{"initializeTransferHook", IntentKind::Authority},
    InstructionKind{"updateTransferHook", IntentKind::Authority},
    InstructionKind{"initializeMintCloseAuthority", IntentKind::Authority},
    InstructionKind{"initializePausableConfig", IntentKind::Authority},
    InstructionKind{"initializePermissionedBurn", IntentKind::Authority},
    InstructionKind{"configTransactionCreate", IntentKind::Authority},
    InstructionKind{"multisigAddMember", IntentKind::Authority},
    InstructionKind{"multisigRemoveMember", IntentKind::Authority},
    InstructionKind{"multisigSetTimeLock", IntentKind::Authority},
    InstructionKind{"multisigChangeThreshold", IntentKind::Authority},
    InstructionKind{"multisigSetConfigAuthority", IntentKind::Authority},
    InstructionKind{"multisigSetRentCollector", IntentKind::Authority},
    InstructionKind{"multisigAddSpendingLimit", IntentKind::Authority},
    InstructionKind{"multisigRemoveSpendingLimit", IntentKind::Authority},
};

std::optional<IntentKind> kindOfInstruction(const InstructionReading& reading)
{
    const auto known =
        std::ranges::find(instructionKinds, reading.instruction().name, &InstructionKind::name);
    if (known != instructionKinds.end()) {
        return known->kind;
    }
    const bool isHelp = reading.isAccessory() || !reading.meaning().acts.empty();
    return isHelp ? std::nullopt : std::optional(IntentKind::Call);
}

}  // namespace

void addInstructionActs(InstructionReading& reading)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    Act act;
    act.program = toText(instruction.programId);
    std::vector<Act> acts;
    if (instruction.isRead()) {
        act.kind = kindOfInstruction(reading);
        acts.push_back(act);
    }
    if (!reading.meaning().understood) {
        act.kind = IntentKind::Unknown;
        // What a program does that nobody here knows is its own affair; a known one may carry others.
        act.mayHoldMore = !instruction.program.empty();
        acts.push_back(act);
    }
    std::vector<Act>& all = reading.meaning().acts;
    all.insert(all.begin(), acts.begin(), acts.end());
}

}  // namespace countersign::meaning
