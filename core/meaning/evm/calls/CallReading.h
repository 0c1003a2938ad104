#pragma once

#include "core/chain/evm/abi/AbiValue.h"
#include "core/meaning/evm/EvmScene.h"
#include "core/meaning/evm/calls/CallJournal.h"

namespace countersign::meaning {

/// What one part of a container does, in a sentence, and how much whoever approves must not miss it.
struct InnerIntent
{
    enum class Weight { Other, Out, Power, Critical };

    std::string sentence;
    Weight weight = Weight::Other;
};

/// One call whose function is known, while its reader tells what it does. It is understood until the reader
/// says otherwise; the reader gives intent, fields, effects and findings.
class CallReading
{
public:
    CallReading(const EvmCall& theCall, CallJournal& theJournal, const EvmScene& theScene,
                const AbiFunction& theFunction, const std::vector<AbiValue>& theArguments);

    const EvmCall& call;
    CallJournal& journal;
    const EvmScene& scene;
    const AbiFunction& function;
    const std::vector<AbiValue>& arguments;
    Meaning meaning;

    const Uint256& number(std::size_t argument) const { return arguments[argument].number; }
    EvmAddress address(std::size_t argument) const { return arguments[argument].address(); }
    BytesView bytes(std::size_t argument) const { return arguments[argument].bytes; }
    bool isTrue(std::size_t argument) const { return !arguments[argument].number.is_zero(); }
    const std::vector<AbiValue>& items(std::size_t argument) const { return arguments[argument].items; }

    /// A field with the path "transfer.amount" of an argument; further: ".token" or "[2].to".
    void field(std::string label, std::string value, std::size_t argument, std::string_view further = {});
    void addressField(std::string label, std::size_t argument);
    void numberField(std::string label, std::size_t argument);
    /// Seconds since 1970 as a date of UTC; "none" for what lies after the year 9999.
    void timeField(std::string label, const Uint256& seconds, std::size_t argument,
                   std::string_view further = {});
    /// Bytes that are shown but say nothing about effects, a signature above all: how many, and the first.
    void signatureField(std::string label, BytesView signature, std::size_t argument);
    /// Bytes that somebody else reads and that are not read here: shown, and not understood unless empty.
    void opaqueField(std::string label, BytesView opaque, std::size_t argument,
                     std::string_view further = {});

    void effect(Effect effect) { meaning.effects.push_back(std::move(effect)); }
    void intent(std::string sentence) { meaning.intent = std::move(sentence); }

    /// An inner call, already with its own sender, recipient and value; depth is set here. prefix: its place,
    /// for instance "[2].data". Its intent is empty where it is not understood.
    InnerIntent inner(EvmCall innerCall, std::size_t argument, std::string_view further = {});

    std::string path(std::size_t argument, std::string_view further = {}) const;
};

/// A reader of a known function, and where it may be used.
struct KnownFunction
{
    enum class Value { Refused, Taken };

    std::string_view signature;  ///< with the names of the parameters, for the paths of fields
    void (*read)(CallReading& reading) = nullptr;
    Value value = Value::Refused;  ///< Refused: wei sent along is a finding
    /// Only where the lists know the contract as of this kind; empty: everywhere.
    std::string_view kind = {};
};

/// "2026-11-30 12:00:00 UTC"; "none" for what lies after the year 9999.
std::string timeText(const Uint256& seconds);

/// "0xa1b2…" of bytes: whole up to 64 bytes, then the first 64 and how many there are.
std::string bytesText(BytesView bytes);

/// Joins intents of a container: all up to three, as long as they are short; "Nothing" for none. Of more the
/// weightiest come first, then "and 5 more", and how many of these give power too.
std::string joinedIntents(std::vector<InnerIntent> intents);

/// One call inside of a journal. What explainCall does, without its end.
Meaning readCall(const EvmCall& call, CallJournal& journal);

}  // namespace countersign::meaning
