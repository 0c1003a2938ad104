#include "core/chain/solana/programs/token/TokenForms.h"

// Token-2022's confidential extensions (spl-token-2022-interface, extension/confidential_*/instruction.rs).
// What is encrypted stays bytes under its name: nobody but the holder of a key knows the amount.

namespace countersign::solana {

namespace {

constexpr std::uint8_t keyBytes = 32;         ///< an ElGamal public key
constexpr std::uint8_t ciphertextBytes = 64;  ///< ElGamal
constexpr std::uint8_t balanceBytes = 36;     ///< AES-GCM-SIV: nonce and ciphertext

using enum TokenField;

constexpr TokenFieldForm amount{U64, "amount"};
constexpr TokenFieldForm decimals{U8, "decimals"};
constexpr TokenFieldForm approval{Bool, "autoApproveNewAccounts"};
constexpr TokenFieldForm auditor{RawBytes, "auditorElgamalPubkey", keyBytes};
constexpr TokenFieldForm newBalance{RawBytes, "newDecryptableAvailableBalance", balanceBytes};
constexpr TokenFieldForm newSourceBalance{RawBytes, "newSourceDecryptableAvailableBalance", balanceBytes};
constexpr TokenFieldForm newSupply{RawBytes, "newDecryptableSupply", balanceBytes};
constexpr TokenFieldForm transferLo{RawBytes, "transferAmountAuditorCiphertextLo", ciphertextBytes};
constexpr TokenFieldForm transferHi{RawBytes, "transferAmountAuditorCiphertextHi", ciphertextBytes};
constexpr TokenFieldForm proof{I8, "proofInstructionOffset"};
constexpr TokenFieldForm equality{I8, "equalityProofInstructionOffset"};
constexpr TokenFieldForm validity{I8, "ciphertextValidityProofInstructionOffset"};
constexpr TokenFieldForm range{I8, "rangeProofInstructionOffset"};

constexpr TokenForm transferForms[] = {
    {0, "initializeConfidentialTransferMint", "mint", {{{NullableAddress, "authority"}, approval, auditor}}},
    {1, "updateConfidentialTransferMint", "mint authority signer~", {{approval, auditor}}},
    {2,
     "configureConfidentialTransferAccount",
     "account mint * authority signer~",
     {{{RawBytes, "decryptableZeroBalance", balanceBytes},
       {U64, "maximumPendingBalanceCreditCounter"},
       proof}}},
    {3, "approveConfidentialTransferAccount", "account mint authority signer~", {}},
    {4, "emptyConfidentialTransferAccount", "account * authority signer~", {{proof}}},
    {5, "confidentialDeposit", "account mint authority signer~", {{amount, decimals}}},
    {6,
     "confidentialWithdraw",
     "account mint * authority signer~",
     {{amount, decimals, newBalance, equality, range}}},
    {7,
     "confidentialTransfer",
     "source mint destination * authority signer~",
     {{newSourceBalance, transferLo, transferHi, equality, validity, range}}},
    {8,
     "applyConfidentialPendingBalance",
     "account authority signer~",
     {{{U64, "expectedPendingBalanceCreditCounter"}, newBalance}}},
    {9, "enableConfidentialCredits", "account authority signer~", {}},
    {10, "disableConfidentialCredits", "account authority signer~", {}},
    {11, "enableNonConfidentialCredits", "account authority signer~", {}},
    {12, "disableNonConfidentialCredits", "account authority signer~", {}},
    {13,
     "confidentialTransferWithFee",
     "source mint destination * authority signer~",
     {{newSourceBalance,
       transferLo,
       transferHi,
       equality,
       {I8, "transferAmountCiphertextValidityProofInstructionOffset"},
       {I8, "feeSigmaProofInstructionOffset"},
       {I8, "feeCiphertextValidityProofInstructionOffset"},
       range}}},
    {14,
     "configureConfidentialTransferAccountWithRegistry",
     "account mint elgamalRegistry payer? systemProgram?",
     {}},
};

constexpr TokenForm feeForms[] = {
    {0,
     "initializeConfidentialTransferFee",
     "mint",
     {{{NullableAddress, "authority"}, {RawBytes, "withdrawWithheldAuthorityElgamalPubkey", keyBytes}}}},
    {1,
     "withdrawWithheldTokensFromMintForConfidentialTransferFee",
     "mint destination * authority signer~",
     {{proof, newBalance}}},
    {2,
     "withdrawWithheldTokensFromAccountsForConfidentialTransferFee",
     "mint destination * authority signer~",
     {{{U8, "numTokenAccounts"}, proof, newBalance}}},
    {3, "harvestWithheldTokensToMintForConfidentialTransferFee", "mint source+", {}},
    {4, "enableHarvestToMint", "mint authority signer~", {}},
    {5, "disableHarvestToMint", "mint authority signer~", {}},
};

constexpr TokenForm mintBurnForms[] = {
    {0,
     "initializeConfidentialMintBurn",
     "mint",
     {{{RawBytes, "supplyElgamalPubkey", keyBytes}, {RawBytes, "decryptableSupply", balanceBytes}}}},
    {1,
     "rotateSupplyElgamalPubkey",
     "mint * authority signer~",
     {{{RawBytes, "newSupplyElgamalPubkey", keyBytes}, proof}}},
    {2, "updateConfidentialMintBurnDecryptableSupply", "mint authority signer~", {{newSupply}}},
    {3,
     "confidentialMint",
     "account mint * authority signer~",
     {{newSupply,
       {RawBytes, "mintAmountAuditorCiphertextLo", ciphertextBytes},
       {RawBytes, "mintAmountAuditorCiphertextHi", ciphertextBytes},
       equality,
       validity,
       range}}},
    {4,
     "confidentialBurn",
     "account mint * authority signer~",
     {{newBalance,
       {RawBytes, "burnAmountAuditorCiphertextLo", ciphertextBytes},
       {RawBytes, "burnAmountAuditorCiphertextHi", ciphertextBytes},
       equality,
       validity,
       range}}},
    {5, "applyConfidentialPendingBurn", "mint authority signer~", {}},
};

}  // namespace

std::span<const TokenForm> confidentialTransferForms()
{
    return transferForms;
}

std::span<const TokenForm> confidentialTransferFeeForms()
{
    return feeForms;
}

std::span<const TokenForm> confidentialMintBurnForms()
{
    return mintBurnForms;
}

}  // namespace countersign::solana
