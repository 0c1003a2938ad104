#include "core/meaning/descriptors/display/DescriptorAmounts.h"

#include "core/base/text/Ascii.h"
#include "core/meaning/descriptors/files/DataProvider.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

/// Of a coin or a token: direction and purpose are the contract's, and the descriptor does not tell them.
Effect moved(const FieldParameters& parameters, std::optional<std::string> asset, const Uint256& amount,
             const std::string& display)
{
    const auto& account = parameters.scope().container.to;
    return {.direction = Effect::Direction::Power,
            .asset = std::move(asset),
            .amount = amount,
            .display = display,
            .account = account ? std::optional(toText(*account)) : std::nullopt,
            .text = "By its descriptor, \"" + descriptorText(parameters.label()) + "\": " + display};
}

/// The word that a descriptor wants for large amounts; nothing where the amount is to be shown.
std::optional<std::string> wordForLarge(const Uint256& amount, const FieldParameters& parameters)
{
    const Json* threshold = parameters.option("threshold");
    const auto limit =
        threshold != nullptr ? parameters.scope().constant(*threshold) : Result<Operand>(invalidField(""));
    const auto number = limit ? limit->asNumber() : std::nullopt;
    if (!number || amount < *number) {
        return std::nullopt;
    }
    const Json* message = parameters.option("message");
    return message != nullptr && message->is_string() ? descriptorText(message->get<std::string>())
                                                      : "Unlimited";
}

/// Puts the word in the place of the amount, says the amount beside it, and warns of words that deceive.
void useWord(const std::string& word, const std::string& symbol, const Uint256& amount,
             const std::string& label, ShownValue& shown)
{
    constexpr unsigned bitsOfLarge = 95;  // no token has that much of which a unit is worth something
    // A number, in whichever digits, would look like the amount.
    const auto isLetter = [](char c) { return ascii::isLetter(c) || c == ' '; };
    const bool isDeceptive = !std::ranges::all_of(word, isLetter) || amount < Uint256(1) << bitsOfLarge;
    shown.text = symbol.empty() ? word : word + " " + symbol;
    shown.beside.push_back(besideOf("Exact number of ", label, toDecimal(amount)));
    shown.isOpaque = isDeceptive;
    shown.findings.push_back(
        {.id = "descriptor.sentinel",
         .severity = isDeceptive ? Severity::Warning : Severity::Info,
         .title = "A word stands for an amount",
         .detail = "The descriptor says \"" + word + "\" instead of the number " + toDecimal(amount) + ".",
         .addresses = {}});
}

ShownValue nativeShown(const Uint256& number, const std::string& caip2, const FieldParameters& parameters)
{
    const KnownLists& lists = parameters.scope().knowledge.lists;
    const std::string text = nativeAmount(lists, caip2, number);
    ShownValue shown = plain(text);
    shown.effect = moved(parameters, nativeAsset(lists, caip2), number, text);
    if (const auto word = wordForLarge(number, parameters)) {
        const KnownChain* chain = lists.chain(caip2);
        useWord(*word, chain != nullptr ? chain->symbol : std::string(), number, parameters.label(), shown);
    }
    return shown;
}

ShownValue tokenShown(const Uint256& number, const EvmAddress& address, const std::string& caip2,
                      const FieldParameters& parameters)
{
    const KnownToken* token = tokenAt(parameters, caip2, address);
    const std::string symbol = token != nullptr ? token->symbol : std::string();
    ShownValue shown =
        plain(token != nullptr ? exactAmount(number, token->decimals) + " " + symbol : toDecimal(number));
    const std::string place = onChain(address, caip2, parameters);
    shown.effect = moved(parameters, tokenAsset(caip2, toText(address)), number,
                         token != nullptr ? shown.text : "raw " + shown.text + " of token " + place);
    shown.beside.push_back(token != nullptr ? besideOf("Token ", symbol, place)
                                            : besideOf("Token of ", parameters.label(), place));
    if (token == nullptr) {
        shown.findings.push_back(rawFinding(
            Severity::Info, "The token " + place + " is not known here, so that \"" +
                                descriptorText(parameters.label()) + "\" is in its smallest units."));
    }
    // A word for an amount of something unknown would say nothing at all.
    const auto word = token != nullptr ? wordForLarge(number, parameters) : std::nullopt;
    if (word) {
        useWord(*word, symbol, number, parameters.label(), shown);
    }
    return shown;
}

}  // namespace

tl::unexpected<Error> invalidField(const char* detail)
{
    return failure(ErrorCode::InvalidInput, {}, QLatin1String(detail));
}

ShownValue plain(std::string text)
{
    ShownValue shown;
    shown.text = std::move(text);
    return shown;
}

Finding rawFinding(Severity severity, std::string detail)
{
    return {.id = "descriptor.raw",
            .severity = severity,
            .title = "A value is left as it is",
            .detail = std::move(detail),
            .addresses = {}};
}

std::string caip2Of(const FieldParameters& parameters, const std::optional<Operand>& chainId)
{
    const auto number = chainId ? chainId->asNumber() : std::nullopt;
    const auto& own = parameters.scope().container.chainId;
    return number ? caip2OfEvm(*number) : (own ? caip2OfEvm(*own) : "eip155");
}

const KnownToken* tokenAt(const FieldParameters& parameters, const std::string& caip2,
                          const EvmAddress& address)
{
    const KnownLists& lists = parameters.scope().knowledge.lists;
    const KnownToken* token = lists.token(caip2, toText(address));
    return token != nullptr ? token : lists.token(providedTokens, toText(address));
}

Field besideOf(const char* what, const std::string& name, std::string value)
{
    return {.label = what + descriptorText(name), .value = std::move(value), .path = {}};
}

std::string onChain(const EvmAddress& address, const std::string& caip2, const FieldParameters& parameters)
{
    const bool isHere = caip2 == caip2Of(parameters, {});
    return toText(address) + (isHere ? "" : " on " + caip2);
}

Result<ShownValue> shownAmount(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    if (!number) {
        return invalidField("an amount that is no number");
    }
    return nativeShown(*number, caip2Of(parameters, {}), parameters);
}

Result<ShownValue> shownTokenAmount(const Operand& operand, const FieldParameters& parameters)
{
    const auto number = operand.asNumber();
    ASSIGN_OR_RETURN(const auto chainId, parameters.value("chainId"));
    ASSIGN_OR_RETURN(const auto token, parameters.value("token"));
    if (!number) {
        return invalidField("an amount that is no number");
    }
    const std::string caip2 = caip2Of(parameters, chainId);
    const auto address = token ? token->asAddress() : std::nullopt;
    if (token && !address) {
        return invalidField("a token that is no address");
    }
    if (!address) {
        ShownValue shown = plain(toDecimal(*number));
        shown.findings.push_back(rawFinding(
            Severity::Info,
            "The descriptor does not say of which token \"" + descriptorText(parameters.label()) + "\" is."));
        return shown;
    }
    if (parameters.listContains("nativeCurrencyAddress", *address)) {
        return nativeShown(*number, caip2, parameters);
    }
    return tokenShown(*number, *address, caip2, parameters);
}

}  // namespace countersign::meaning
