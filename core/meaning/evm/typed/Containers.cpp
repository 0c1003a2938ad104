#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/rules/SafeRules.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

// Signed calls: what they do is what the call inside does.

namespace countersign::meaning {

namespace {

constexpr std::string_view safeDomain = "EIP712Domain(uint256 chainId,address verifyingContract)";
constexpr std::string_view oldSafeDomain = "EIP712Domain(address verifyingContract)";  // before 1.3.0

void addSafeFields(const TypedMessage& message, const char* baseGas, Meaning& meaning)
{
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const bool isDelegate = values.number("operation") == 1;
    meaning.fields.push_back({"Safe", scene.named(*message.contract()), "domain.verifyingContract"});
    if (message.chainId()) {
        meaning.fields.push_back({"Chain", toDecimal(*message.chainId()), "domain.chainId"});
    }
    meaning.fields.push_back(messageField("To", scene.named(values.address("to")), "to"));
    meaning.fields.push_back(messageField(isDelegate ? "Value that is not sent" : "Value",
                                          scene.native(values.number("value")), "value"));
    meaning.fields.push_back(messageField("Data", toHexPrefixed(values.bytes("data")), "data"));
    meaning.fields.push_back(messageField("Operation", isDelegate ? "delegatecall" : "call", "operation"));
    for (const char* member : {"safeTxGas", baseGas, "gasPrice", "nonce"}) {
        meaning.fields.push_back(messageField(member, toDecimal(values.number(member)), member));
    }
    for (const char* member : {"gasToken", "refundReceiver"}) {
        meaning.fields.push_back(messageField(member, scene.named(values.address(member)), member));
    }
}

void addRequestFields(const TypedMessage& message, Meaning& meaning)
{
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    meaning.fields.push_back(messageField("From", scene.named(values.address("from")), "from"));
    meaning.fields.push_back(messageField("To", scene.named(values.address("to")), "to"));
    meaning.fields.push_back(messageField("Value", scene.native(values.number("value")), "value"));
    meaning.fields.push_back(messageField("Gas", toDecimal(values.number("gas")), "gas"));
    meaning.fields.push_back(messageField("Nonce", toDecimal(values.number("nonce")), "nonce"));
    meaning.fields.push_back(messageField("Data", toHexPrefixed(values.bytes("data")), "data"));
    if (values.json().contains("deadline")) {
        const Uint256 deadline = values.number("deadline");
        meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 48), "deadline"));
        checkDeadline(deadline, 48, "The request", meaning);
    }
}

void checkRequest(const TypedMessage& message, Meaning& meaning)
{
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    if (scene.contract(*message.contract()) == nullptr) {
        meaning.findings.push_back({"message.contract.unexpected",
                                    Severity::Warning,
                                    "Unknown forwarder",
                                    "The call is made by " + toText(*message.contract()) +
                                        ", which is in no list of known contracts.",
                                    {toText(*message.contract())}});
    }
    if (values.number("value") != 0) {
        meaning.doNotUnderstand({"message.forward.value",
                                 Severity::Warning,
                                 "Coins that somebody else pays",
                                 "The request sends " + scene.native(values.number("value")) +
                                     ", which whoever submits it has to pay and not the signer.",
                                 {}});
    }
}

}  // namespace

std::optional<Meaning> readSafeTransaction(const TypedMessage& message)
{
    const bool isSafe = message.encodedDomain() == safeDomain || message.encodedDomain() == oldSafeDomain;
    const TypedStruct values = message.message();
    const Uint256 operation = values.number("operation");
    if (!isSafe || !message.contract()) {
        return std::nullopt;
    }
    if (operation > 1) {
        return unknownMessage(message, "A Safe has no operation " + toDecimal(operation) + ".");
    }
    const EvmScene scene = message.scene();
    const bool isOld = message.encodedType().find("dataGas") != std::string::npos;
    const char* baseGas = isOld ? "dataGas" : "baseGas";
    const Bytes data = values.bytes("data");
    Meaning meaning;
    meaning.understood = true;
    addSafeFields(message, baseGas, meaning);
    const bool isDelegate = operation == 1;
    Meaning inner = explainCall({.chainId = message.chainId(),
                                 .from = message.contract(),
                                 .to = values.address("to"),
                                 // A delegatecall sends nothing, whatever the transaction says.
                                 .value = isDelegate ? Uint256(0) : values.number("value"),
                                 .data = data,
                                 .isDelegate = isDelegate,
                                 .depth = 1},
                                message.knowledge());
    const std::string intent = inner.intent;
    meaning.absorb(std::move(inner), "message.data");
    if (meaning.understood) {
        meaning.intent = "As Safe " + scene.brief(*message.contract()) + ": " + intent;
    }
    addSafeRefund(scene, *message.contract(),
                  {.baseGas = values.number(baseGas),
                   .safeTxGas = values.number("safeTxGas"),
                   .gasPrice = values.number("gasPrice"),
                   .gasToken = values.address("gasToken"),
                   .refundReceiver = values.address("refundReceiver")},
                  meaning);
    return meaning;
}

std::optional<Meaning> readForwardRequest(const TypedMessage& message)
{
    if (!message.contract() || !message.isStandardDomain()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmAddress from = values.address("from");
    const Bytes data = values.bytes("data");
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    addRequestFields(message, meaning);
    checkSigner(message, from, "sender", meaning);
    Meaning inner = explainCall({.chainId = message.chainId(),
                                 .from = from,
                                 .to = values.address("to"),
                                 .value = values.number("value"),
                                 .data = data,
                                 .isDelegate = false,
                                 .depth = 1},
                                message.knowledge());
    const std::string intent = inner.intent;
    meaning.absorb(std::move(inner), "message.data");
    checkRequest(message, meaning);
    if (meaning.understood) {
        meaning.intent = "Through a forwarder: " + intent;
    }
    return meaning;
}

}  // namespace countersign::meaning
