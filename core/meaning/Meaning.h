#pragma once

#include "core/base/Bytes.h"
#include "core/base/Uint256.h"
#include "core/meaning/Act.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What bytes mean, as far as it can be told from them and from the lists of the programs (design.md §10).
// Pure: no network, no profile, no clock, no language; two desks with the same lists get the same.

namespace countersign::meaning {

enum class Severity {
    Info,
    Warning,
    Critical,
    Error,  ///< the rule could not run
};

/// "info", "warning", "critical", "error".
std::string_view nameOf(Severity severity);

/// Something that whoever approves must know. In untranslated English: it is part of the explanation's hash.
struct Finding
{
    std::string id;  ///< dotted: "evm.approval.unlimited"; docs/findings/<id>.md says what it means
    Severity severity = Severity::Info;
    std::string title;   ///< a few words
    std::string detail;  ///< a sentence or two, with the names and amounts at hand
    std::vector<std::string> addresses;

    bool operator==(const Finding&) const = default;
};

struct Field
{
    std::string label;
    std::string value;
    std::optional<std::string> path;  ///< where in the data: "transfer.amount", "message.details.token"

    bool operator==(const Field&) const = default;
};

struct Effect
{
    enum class Direction { Out, In, Power, Fee };

    Direction direction = Direction::Out;
    std::optional<std::string> asset;    ///< CAIP-19
    std::optional<Uint256> amount;       ///< in raw units
    std::optional<std::string> display;  ///< "250 USDC", exact
    std::optional<std::string> account;  ///< to whom, from whom, who gains power
    std::string text;                    ///< a sentence without a full stop

    bool operator==(const Effect&) const = default;
};

/// What knowledge an explanation rests on.
struct Source
{
    enum class Kind { Builtin, Erc7730, List };

    Kind kind = Kind::Builtin;
    std::string name;
    std::string sha256;  ///< lowercase hex, of the file; of a builtin its name and version

    bool operator==(const Source&) const = default;
};

/// What a call, an instruction or a message means. Parts of a whole are absorbed into it.
struct Meaning
{
    /// Every byte was read, and each effect is in the list. False is the safe answer; there is no way back
    /// from it.
    bool understood = false;
    std::string intent;  ///< one sentence, only where it is understood
    std::vector<Field> fields;
    std::vector<Effect> effects;
    std::vector<Finding> findings;
    std::vector<Source> sources;
    /// What rules ask about; neither printed nor hashed.
    std::vector<Act> acts = {};

    /// Adds a part's fields (their paths behind prefix and a dot), effects, findings, sources and acts;
    /// understood holds only if it holds for both. The intent stays.
    void absorb(Meaning part, std::string_view prefix = {});
    /// Not understood, and why: a finding.
    void doNotUnderstand(Finding why);

    bool operator==(const Meaning&) const = default;
};

/// A meaning with the hash of the bytes it belongs to: what `explain` prints and a review shows.
struct Explanation
{
    Meaning meaning;
    std::string bytes;  ///< lowercase hex SHA-256 of the bytes that are signed, or hashed for signing
};

/// How many fields a review can show and a person can read; the rest is there as raw bytes.
inline constexpr std::size_t maxFields = 400;

/// Findings by gravity (critical, error, warning, info) and then in their order, each once; sources each
/// once, sorted; no intent where it is not understood, but an act of IntentKind::Unknown; text neutralised
/// and bounded (SanitizedText): at most maxFields fields, 200 effects, 200 findings and 1,000 acts, of which
/// the last finding then says that there are more and makes it not understood.
Explanation finished(Meaning meaning, BytesView signedBytes);

}  // namespace countersign::meaning
