#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <QObject>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Who takes the console's part in a ceremony (design.md §5); stored and printed as "sdk" and "enclave".
enum class EngineKind { Sdk, Enclave };
std::string_view toText(EngineKind kind);
std::optional<EngineKind> engineKindFrom(std::string_view text);
/// sdk on Linux and macOS, enclave on Windows.
EngineKind defaultEngine();

/// The schemes that delegated wallets use (protocol reference §4.1).
enum class SigningScheme {
    Ecdsa,    ///< secp256k1, input is a 32-byte digest
    Ed25519,  ///< the exportable variant, input is the message itself, no path
};

/// Everything that one ceremony needs. The room was opened by Dynamic's REST (core/dynamic).
struct CeremonyRequest
{
    std::string roomId;       ///< 32 hex digits, lower case, without hyphens
    std::string relayDomain;  ///< bare host with an optional port
    SigningScheme scheme = SigningScheme::Ecdsa;
    SecretBytes share;   ///< the decrypted share object, whole, byte for byte (UTF-8 JSON)
    Bytes addressBytes;  ///< the wallet's: 20 (EVM) or 32 (Solana); the sdk engine refuses a share of another
                         ///< wallet
    Bytes input;         ///< what is signed
    std::vector<std::uint32_t> derivationPath;  ///< plain u32; empty: none
};

/// What an operator sees of a running ceremony.
enum class CeremonyStage {
    Starting,   ///< the helper starts, or the enclave is being connected
    Attested,   ///< enclave: the attestation document was verified; sdk: the share's key is the wallet's
    Exchanged,  ///< the share is with the signer now, the rounds run
};

/// The console's party in an MPC signing ceremony. It takes its part in one of two ways (EngineKind), and
/// everything above must not care which. One ceremony at a time; sign() ends with exactly one finished(),
/// never before sign() has returned, also after cancel() (Cancelled) and time-out (Timeout). The signature is
/// not verified here: whoever asked does that against the wallet's address.
class SigningEngine : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual EngineKind kind() const = 0;
    virtual void sign(CeremonyRequest request) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void progressed(countersign::CeremonyStage stage);
    /// Ecdsa: r ‖ s ‖ v, 65 bytes, v 27 to 30, s as it came; Ed25519: 64 bytes.
    void finished(const countersign::Result<countersign::Bytes>& signature);
};

}  // namespace countersign
