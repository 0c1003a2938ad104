#pragma once

#include "core/signing/local/LocalFacts.h"

namespace countersign {

/// Up to so many known addresses four equal characters at one end are worth a word; with more of them that
/// happens by chance all the time, and six are asked for.
inline constexpr std::size_t fewKnownAddresses = 500;

/// Runs every rule about who gets something from a job, and adds what they find (untranslated English):
/// recipient.known (info): its name, tags and lists in the address book, or the owner that a token account
/// belongs to by its derivation; warning where the book knows it on another chain only;
/// recipient.neverUsed (warning): nothing that was signed here with the wallet went there; info where the
/// book knows it or it is a wallet of this profile;
/// recipient.blocked (critical): in the list "block"; warning where it merely occurs, or on another chain;
/// recipient.notAllowed (warning): there is a list "allow" and it is not in it;
/// recipient.lookAlike (critical): begins and ends like another known address; warning where one end does;
/// recipient.ownWallet (info): another wallet of this profile.
/// Each is "error" where it could not run.
void checkRecipients(const LocalFacts& facts, std::vector<meaning::Finding>& findings);

}  // namespace countersign
