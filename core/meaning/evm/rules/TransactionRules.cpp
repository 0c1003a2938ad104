#include "core/meaning/evm/rules/TransactionRules.h"

#include "core/meaning/evm/rules/DataFees.h"
#include "core/meaning/evm/rules/FeeCaps.h"

#include <array>

namespace countersign::meaning {

namespace {

using TransactionRule = std::optional<Finding> (*)(const TransactionFacts& facts);

Uint256 productOrAll(const Uint256& a, const Uint256& b)
{
    return b.is_zero() || a <= ~Uint256(0) / b ? Uint256(a * b) : ~Uint256(0);
}

std::optional<Finding> anyChain(const TransactionFacts& facts)
{
    if (facts.transaction.chainId) {
        return std::nullopt;
    }
    return Finding{
        "evm.chain.any",
        Severity::Critical,
        "Valid on every chain",
        "The transaction names no chain (no EIP-155). Once signed, anybody can hand it in on every "
        "chain where the account's nonce fits.",
        {}};
}

std::optional<Finding> otherChain(const TransactionFacts& facts)
{
    if (!facts.context.chain || !facts.transaction.chainId ||
        *facts.context.chain == *facts.transaction.chainId) {
        return std::nullopt;
    }
    return Finding{"evm.chain.mismatch",
                   Severity::Critical,
                   "Another chain",
                   "The bytes are for chain " + toDecimal(*facts.transaction.chainId) +
                       ", but what is asked for is chain " + toDecimal(*facts.context.chain) + ".",
                   {}};
}

std::optional<Finding> unknownChain(const TransactionFacts& facts)
{
    if (!facts.transaction.chainId || facts.scene.lists().evmChain(*facts.transaction.chainId) != nullptr) {
        return std::nullopt;
    }
    return Finding{"evm.chain.unknown",
                   Severity::Warning,
                   "Unknown chain",
                   "The lists do not know chain " + toDecimal(*facts.transaction.chainId) +
                       ". Its coin and its contracts have no names here.",
                   {}};
}

std::optional<Finding> otherSigner(const TransactionFacts& facts)
{
    if (!facts.context.from || !facts.signer || *facts.context.from == *facts.signer) {
        return std::nullopt;
    }
    return Finding{"evm.signer.mismatch",
                   Severity::Critical,
                   "Somebody else's signature",
                   "The transaction is signed by " + facts.scene.named(*facts.signer) + ", not by " +
                       facts.scene.named(*facts.context.from) + ".",
                   {toText(*facts.signer), toText(*facts.context.from)}};
}

std::optional<Finding> invalidSignature(const TransactionFacts& facts)
{
    if (!facts.transaction.signature || facts.signer) {
        return std::nullopt;
    }
    return Finding{"evm.signer.invalid",
                   Severity::Critical,
                   "The signature belongs to nobody",
                   "The transaction carries a signature that no key can have made.",
                   {}};
}

std::optional<Finding> creation(const TransactionFacts& facts)
{
    if (facts.transaction.to) {
        return std::nullopt;
    }
    return Finding{"evm.creation",
                   Severity::Warning,
                   "Creates a contract",
                   "The transaction has no recipient: its " + std::to_string(facts.transaction.data.size()) +
                       " bytes run as code and leave a new contract. Code is not read here.",
                   {}};
}

std::optional<Finding> blobs(const TransactionFacts& facts)
{
    if (facts.transaction.blobVersionedHashes.empty()) {
        return std::nullopt;
    }
    return Finding{"evm.blobs",
                   Severity::Info,
                   "Carries blobs",
                   std::to_string(facts.transaction.blobVersionedHashes.size()) +
                       " blobs go along, named by their hashes. What is in them is not here.",
                   {}};
}

std::optional<Finding> feeAboveCoins(const TransactionFacts& facts)
{
    const KnownChain* chain =
        facts.transaction.chainId ? facts.scene.lists().evmChain(*facts.transaction.chainId) : nullptr;
    Uint256 cap = feeCapCoins;
    for (int i = 0; i < (chain != nullptr ? chain->decimals : 18); ++i) {
        cap *= 10;
    }
    if (facts.mostCost <= cap) {
        return std::nullopt;
    }
    return Finding{"fee.cap.absolute",
                   Severity::Critical,
                   "Very high fee",
                   "The fee can reach " + facts.scene.native(facts.mostCost) + ", more than " +
                       std::to_string(feeCapCoins) + " whole coin of the chain.",
                   {}};
}

std::optional<Finding> feeAboveValue(const TransactionFacts& facts)
{
    const Uint256& value = facts.transaction.value;
    // The value's part, rounded down, is divided first, so that nothing overflows.
    const Uint256 cap = value / 100 * feeCapPercent + value % 100 * feeCapPercent / 100;
    if (value.is_zero() || facts.mostCost <= cap) {
        return std::nullopt;
    }
    return Finding{"fee.cap.relative",
                   Severity::Warning,
                   "High fee for what is sent",
                   "The fee can reach " + facts.scene.native(facts.mostCost) + ", more than " +
                       std::to_string(feeCapPercent) + " % of the " + facts.scene.native(value) +
                       " that are sent.",
                   {}};
}

std::optional<Finding> feeForData(const TransactionFacts& facts)
{
    return dataFee(facts.transaction.chainId);
}

constexpr std::array<TransactionRule, 10> transactionRules = {
    anyChain, otherChain, unknownChain,  otherSigner,   invalidSignature,
    creation, blobs,      feeAboveCoins, feeAboveValue, feeForData};

bool isListedDelegate(const EvmScene& scene, const EvmAddress& delegate)
{
    return scene.isKind(delegate, "7702.delegate");
}

std::string authorizerText(const EvmScene& scene, const std::optional<EvmAddress>& authority)
{
    return authority ? scene.named(*authority) : "an account that cannot be told (the chain skips this)";
}

Finding authorizationItself(const EvmScene& scene, const Authorization& authorization,
                            const std::optional<EvmAddress>& authority)
{
    const bool isEnd = authorization.address == EvmAddress{};
    std::vector<std::string> addresses = {toText(authorization.address)};
    if (authority) {
        addresses.push_back(toText(*authority));
    }
    return {"evm.authorization", Severity::Critical,
            isEnd ? "An account takes its code back" : "An account is handed to code",
            isEnd ? "The code of " + authorizerText(scene, authority) + " is removed (EIP-7702)."
                  : "Everything in " + authorizerText(scene, authority) +
                        " is from then on ruled by the code of " + scene.named(authorization.address) +
                        ", until it is taken back (EIP-7702).",
            std::move(addresses)};
}

}  // namespace

Uint256 mostCostOf(const EvmTransaction& transaction)
{
    const Uint256 price = transaction.type >= 2 ? transaction.maxFeePerGas.value_or(Uint256(0))
                                                : transaction.gasPrice.value_or(Uint256(0));
    const Uint256 blobGas = Uint256(gasOfBlob) * Uint256(transaction.blobVersionedHashes.size());
    const Uint256 gasCost = productOrAll(Uint256(transaction.gasLimit), price);
    const Uint256 blobCost = productOrAll(blobGas, transaction.maxFeePerBlobGas.value_or(Uint256(0)));
    return addChecked(gasCost, blobCost).value_or(~Uint256(0));
}

void checkTransactionFacts(const TransactionFacts& facts, Meaning& meaning)
{
    for (const TransactionRule rule : transactionRules) {
        if (std::optional<Finding> found = rule(facts)) {
            meaning.findings.push_back(std::move(*found));
        }
    }
}

void checkAuthorization(const EvmScene& scene, const Authorization& authorization,
                        const std::optional<EvmAddress>& authority, Meaning& meaning)
{
    meaning.findings.push_back(authorizationItself(scene, authorization, authority));
    if (authorization.chainId.is_zero()) {
        meaning.findings.push_back({"evm.authorization.anyChain",
                                    Severity::Critical,
                                    "An account is handed over on every chain",
                                    "The authorisation of " + authorizerText(scene, authority) +
                                        " names chain 0: anybody can use it on every chain where the nonce "
                                        "fits.",
                                    {toText(authorization.address)}});
    }
    if (authorization.address != EvmAddress{} && !isListedDelegate(scene, authorization.address)) {
        meaning.doNotUnderstand({"evm.authorization.unlistedDelegate",
                                 Severity::Critical,
                                 "Unknown code takes over an account",
                                 "The lists do not know " + toText(authorization.address) +
                                     " as code for accounts. It can take everything from " +
                                     authorizerText(scene, authority) + ".",
                                 {toText(authorization.address)}});
    }
}

}  // namespace countersign::meaning
