#pragma once

#include "core/chain/solana/transaction/SolanaTransaction.h"

#include <QString>

#include <functional>

namespace countersign::test {

/// 32 equal bytes: addresses that a reader can tell apart.
inline SolanaAddress addressNumber(std::uint8_t number)
{
    SolanaAddress address;
    address.fill(number);
    return address;
}

/// Two signers (1, 2; the second only reads), a writable account (3), the program (4) and one instruction.
inline SolanaMessage plainMessage()
{
    SolanaMessage message;
    message.requiredSignatures = 2;
    message.readonlySigned = 1;
    message.readonlyUnsigned = 1;
    message.accountKeys = {addressNumber(1), addressNumber(2), addressNumber(3), addressNumber(4)};
    message.recentBlockhash.fill(9);
    message.instructions = {{3, {0, 1, 2}, {0xaa, 0xbb}}};
    return message;
}

/// The same as version 0, with a lookup that loads two writable accounts (indexes 4, 5) and one readonly (6).
inline SolanaMessage lookupMessage()
{
    SolanaMessage message = plainMessage();
    message.version = 0;
    message.lookups = {{addressNumber(7), {10, 11}, {12}}};
    message.instructions.front().accounts = {0, 4, 5, 6};
    return message;
}

/// plainMessage as version 1, with everything configured.
inline SolanaMessage v1Message()
{
    SolanaMessage message = plainMessage();
    message.version = 1;
    message.config = {0x0807060504030201, 200'000, 65'536, 32'768};
    return message;
}

using MessageChange = std::function<void(SolanaMessage&)>;

/// Why these bytes are no message; "accepted" where they are one.
inline QString messageDetail(const Bytes& bytes)
{
    const auto message = solana::parseMessage(bytes);
    return message ? QStringLiteral("accepted") : message.error().detail;
}

}  // namespace countersign::test
