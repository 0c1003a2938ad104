#include "services/sandbox/state/SandboxIdentity.h"

#include "core/base/Random.h"
#include "core/base/encoding/Hex.h"
#include "services/sandbox/enclave/EnclaveRoot.h"
#include "services/sandbox/state/SettingsStore.h"

#include <sodium.h>

#include <algorithm>
#include <functional>

namespace countersign::sandbox {

namespace {

constexpr std::size_t identityPcrBytes = 48;
/// Protocol reference §6.1 says 56 of them, and alphanumerics only: no "-" and no "_".
constexpr std::size_t credentialCharacters = 56;

Result<SecretBytes> loadOrMake(SettingsStore& settings, const std::string& name,
                               const std::function<SecretBytes()>& make)
{
    ASSIGN_OR_RETURN(std::optional<SecretBytes> stored, settings.setting(name));
    if (stored.has_value()) {
        return std::move(*stored);
    }
    SecretBytes made = make();
    RETURN_IF_ERROR(settings.setSetting(name, made.view()));
    return made;
}

Result<std::string> loadOrMakeText(SettingsStore& settings, const std::string& name,
                                   const std::function<std::string()>& make)
{
    return loadOrMake(settings, name, [&] { return SecretBytes::copyOf(make()); })
        .map([](const SecretBytes& value) { return std::string(value.text()); });
}

Result<std::string> loadOrMakeEnclaveRoot(SettingsStore& settings, UnixMillis now)
{
    ASSIGN_OR_RETURN(const std::optional<SecretBytes> stored, settings.setting("enclave_root_pem"));
    if (stored.has_value()) {
        return std::string(stored->text());
    }
    ASSIGN_OR_RETURN(const EnclaveRoot root, EnclaveRoot::generate(now));
    for (const auto& [name, value] : {std::pair("enclave_root_key", root.privateKeyPem.view()),
                                      std::pair("enclave_root_pem", asBytes(root.certificatePem))}) {
        RETURN_IF_ERROR(settings.setSetting(name, value));
    }
    return root.certificatePem;
}

}  // namespace

SecretBytes randomCredential()
{
    constexpr std::string_view prefix = "dyn_";
    constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    initialiseSodium();
    SecretBytes credential(prefix.size() + credentialCharacters);
    std::ranges::copy(asBytes(prefix), credential.data());
    for (std::size_t at = prefix.size(); at < credential.size(); ++at) {
        credential.data()[at] = static_cast<std::uint8_t>(alphabet[randombytes_uniform(alphabet.size())]);
    }
    return credential;
}

Result<SandboxIdentity> SandboxIdentity::loadOrCreate(SettingsStore& settings, UnixMillis now)
{
    Result<std::string> environmentId = loadOrMakeText(settings, "environment_id", randomUuid);
    Result<std::string> webhookId = loadOrMakeText(settings, "webhook_id", randomUuid);
    Result<SecretBytes> apiToken = loadOrMake(settings, "api_token", randomCredential);
    Result<SecretBytes> webhookSecret = loadOrMake(settings, "webhook_secret", randomCredential);
    Result<std::string> pcr8 =
        loadOrMakeText(settings, "enclave_pcr8", [] { return toHex(randomBytes(identityPcrBytes)); });
    Result<std::string> rootPem = loadOrMakeEnclaveRoot(settings, now);
    for (const Result<std::string>* text : {&environmentId, &webhookId, &pcr8, &rootPem}) {
        if (!*text) {
            return failure(text->error());
        }
    }
    for (const Result<SecretBytes>* secret : {&apiToken, &webhookSecret}) {
        if (!*secret) {
            return failure(secret->error());
        }
    }
    return SandboxIdentity{std::move(*environmentId), std::move(*webhookId), std::move(*apiToken),
                           std::move(*webhookSecret), std::move(*rootPem),   std::move(*pcr8)};
}

}  // namespace countersign::sandbox
