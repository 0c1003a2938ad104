#pragma once

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/abi/AbiValue.h"
#include "core/meaning/KnownLists.h"
#include "core/meaning/evm/EvmCall.h"
#include "tests/unit/meaning/ActsCheck.h"

#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

// Calls to explain, the lists they are explained with, and what tests look for in the meaning.

// Inline: other folders' samples have the same short names in this program.
namespace countersign::testing {
inline namespace calls {

inline EvmAddress evm(std::string_view text)
{
    return *parseEvmAddress(text);
}

inline const EvmAddress signer = evm("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
inline const EvmAddress supplier = evm("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
inline const EvmAddress stranger = evm("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");
inline const EvmAddress safe = evm("0x90f79bf6eb2c4f870365e785982e1f101e93b906");
inline const EvmAddress usdc = evm("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
inline const EvmAddress dai = evm("0x6b175474e89094c44da98b954eedeac495271d0f");
inline const EvmAddress weth = evm("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
inline const EvmAddress punks = evm("0xb47e3cd837ddf8e4c57f05d70ab865de6e193bbb");
inline const EvmAddress permit2 = evm("0x000000000022d473030f116ddee9f6b43ac78ba3");
inline const EvmAddress multicall3 = evm("0xca11bde05977b3631167028862be2a173976ca11");
inline const EvmAddress multiSend = evm("0x38869bf66a61cf6bdb996a6ae40d5853fd43b526");
inline const EvmAddress entryPoint = evm("0x0000000071727de22e5e9d8baf0edac6f37da032");
inline const EvmAddress singleton = evm("0x41675c099f32341bf84bfc5382af534df5c7461a");
inline const EvmAddress handler = evm("0xfd0732dc9e303f09fcef3a7388ad10a83459ec99");
inline const EvmAddress delegate = evm("0x63c0c19a282a1b52b07dd5a65b58948a07dae32b");
/// In no list.
inline const EvmAddress unlisted = evm("0x1111111111111111111111111111111111111111");

inline meaning::KnownContract contractOf(const EvmAddress& address, std::string name, std::string kind)
{
    return {"eip155:1", toText(address), std::move(name), std::move(kind)};
}

/// The programs' chains, and tokens and contracts that do not change with the lists.
inline meaning::KnownLists sampleLists()
{
    meaning::KnownLists lists = meaning::KnownLists::builtin();
    lists.add(contractOf(punks, "Punks", "erc721"));
    return lists;
}

// Values for encodeAbi.

inline AbiValue num(const Uint256& number)
{
    AbiValue value;
    value.number = number;
    return value;
}

inline AbiValue yes(bool is)
{
    AbiValue value = num(is ? 1 : 0);
    value.kind = AbiType::Kind::Bool;
    return value;
}

inline AbiValue at(const EvmAddress& address)
{
    AbiValue value;
    value.kind = AbiType::Kind::Address;
    value.bytes.assign(address.begin(), address.end());
    return value;
}

inline AbiValue raw(Bytes bytes)
{
    AbiValue value;
    value.kind = AbiType::Kind::DynamicBytes;
    value.bytes = std::move(bytes);
    return value;
}

/// bytes32, with the given bytes in front.
inline AbiValue word(Bytes bytes)
{
    AbiValue value = raw(std::move(bytes));
    value.kind = AbiType::Kind::FixedBytes;
    value.bytes.resize(32);
    return value;
}

inline AbiValue listOf(std::vector<AbiValue> items)
{
    AbiValue value;
    value.kind = AbiType::Kind::Array;
    value.items = std::move(items);
    return value;
}

inline AbiValue row(std::vector<AbiValue> items)
{
    AbiValue value = listOf(std::move(items));
    value.kind = AbiType::Kind::Tuple;
    return value;
}

inline Bytes calldata(std::string_view signature, const std::vector<AbiValue>& values)
{
    const auto function = parseAbiFunction(signature);
    if (!function) {
        qFatal("the test's signature is wrong: %s", qPrintable(function.error().detail));
    }
    const auto selector = function->selector();
    Bytes bytes(selector.begin(), selector.end());
    const Bytes arguments = encodeAbi(function->inputs, values);
    bytes.insert(bytes.end(), arguments.begin(), arguments.end());
    return bytes;
}

inline Bytes transferCall(const EvmAddress& to, const Uint256& amount)
{
    return calldata("transfer(address,uint256)", {at(to), num(amount)});
}

inline Bytes approveCall(const EvmAddress& spender, const Uint256& amount)
{
    return calldata("approve(address,uint256)", {at(spender), num(amount)});
}

inline const Uint256 allBits = ~Uint256(0);

/// What a call of the signer on Ethereum means.
inline meaning::Meaning explained(const EvmAddress& to, const Bytes& data, const Uint256& value = 0,
                                  const std::optional<EvmAddress>& from = signer)
{
    static const meaning::KnownLists lists = sampleLists();
    meaning::EvmCall call;
    call.chainId = 1;
    call.from = from;
    call.to = to;
    call.value = value;
    call.data = data;
    return withActs(meaning::explainCall(call, meaning::Knowledge{lists, nullptr}));
}

inline const meaning::Finding* finding(const meaning::Meaning& meaning, std::string_view id)
{
    const auto found = std::ranges::find(meaning.findings, id, &meaning::Finding::id);
    return found == meaning.findings.end() ? nullptr : &*found;
}

inline bool has(const meaning::Meaning& meaning, std::string_view id)
{
    return finding(meaning, id) != nullptr;
}

inline bool hasAt(const meaning::Meaning& meaning, std::string_view id, meaning::Severity severity)
{
    const meaning::Finding* found = finding(meaning, id);
    return found != nullptr && found->severity == severity;
}

/// Ids in their order, for messages of failures and for exact comparisons.
inline QString findingsOf(const meaning::Meaning& meaning)
{
    QString ids;
    for (const meaning::Finding& found : meaning.findings) {
        ids += (ids.isEmpty() ? QString() : QStringLiteral(" ")) + QString::fromStdString(found.id);
    }
    return ids;
}

inline const meaning::Effect* effect(const meaning::Meaning& meaning, meaning::Effect::Direction direction)
{
    const auto found = std::ranges::find(meaning.effects, direction, &meaning::Effect::direction);
    return found == meaning.effects.end() ? nullptr : &*found;
}

inline std::string valueAt(const meaning::Meaning& meaning, std::string_view path)
{
    const auto found =
        std::ranges::find(meaning.fields, std::optional(std::string(path)), &meaning::Field::path);
    return found == meaning.fields.end() ? std::string() : found->value;
}

inline QString intentOf(const meaning::Meaning& meaning)
{
    return QString::fromStdString(meaning.intent);
}

}  // namespace calls
}  // namespace countersign::testing
