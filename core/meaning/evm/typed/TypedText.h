#pragma once

#include "core/meaning/evm/typed/TypedMessage.h"

#include <string>

// The words and findings that several known types share.

namespace countersign::meaning {

/// Seconds since 1970 as "2026-11-01 12:00:00 UTC"; beyond the year 9999 as "second 123…".
std::string momentText(const Uint256& seconds);
/// The same; "never (281…)" for the largest number of so many bits, and for 2^48 − 1.
std::string deadlineText(const Uint256& seconds, unsigned bits);
/// The largest number of so many bits.
Uint256 maxOfBits(unsigned bits);

/// label, value, "message." before the path.
Field messageField(std::string label, std::string value, std::string_view path);
/// What the domain has, as fields.
void addDomainFields(const TypedMessage& message, Meaning& meaning);

/// message.deadline.none where deadlineText says never; message.deadline.far for the year 2100 and later.
/// There is no clock here: what is near or past is told where there is one.
void checkDeadline(const Uint256& deadline, unsigned bits, std::string_view what, Meaning& meaning);
/// message.signer.mismatch: whose assets it is about is not who signs.
void checkSigner(const TypedMessage& message, const EvmAddress& owner, std::string_view role,
                 Meaning& meaning);
/// message.permit.spenderUnknown where the lists do not know it.
void checkSpender(const TypedMessage& message, const EvmAddress& spender, Meaning& meaning);
/// message.contract.unexpected, a warning: the lists know no such token.
void checkToken(const TypedMessage& message, Meaning& meaning);
/// message.contract.unexpected for a contract that is not the one that its name says; not understood.
void refuseContract(const TypedMessage& message, std::string_view expected, Severity severity,
                    Meaning& meaning);

/// What a permit allows to whom. unlimitedFrom: the amount from which nobody can use it up.
struct PermittedAmount
{
    EvmAddress token{};
    EvmAddress spender{};
    Uint256 amount;
    Uint256 unlimitedFrom = Uint256(1) << 255U;
    std::optional<EvmAddress> owner = {};  ///< whose tokens, as the message says; nothing: the signer's
    std::string span = {};                 ///< behind the effect's text: ", until …"
};

bool isUnlimited(const PermittedAmount& allowance);
/// The effect, and message.permit.unlimited.
void addPermitted(const TypedMessage& message, const PermittedAmount& allowance, Meaning& meaning);

}  // namespace countersign::meaning
