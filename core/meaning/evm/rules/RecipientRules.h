#pragma once

#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

/// Somebody who gets something, as the rules below see it.
struct Recipient
{
    EvmAddress address{};
    std::optional<EvmAddress> token;  ///< what is sent; nothing: coins of the chain
    /// What the payer buys, swaps or takes out: it is expected back at the payer.
    bool isProceeds = false;
};

/// Runs every rule about recipients and adds what they find:
/// recipient.zero (critical): an address that nobody can spend from;
/// recipient.tokenContract (critical): a token's contract, which keeps what it gets for ever;
/// recipient.contract (warning): a known contract that is not made to keep assets;
/// recipient.self (info): the payer itself;
/// recipient.other (warning): proceeds that go to somebody else than the payer; info where the payer is not
/// known.
void checkRecipient(const EvmScene& scene, const Recipient& recipient, Meaning& meaning);

}  // namespace countersign::meaning
