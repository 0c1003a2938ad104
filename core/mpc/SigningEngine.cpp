#include "core/mpc/SigningEngine.h"

namespace countersign {

std::string_view toText(EngineKind kind)
{
    return kind == EngineKind::Sdk ? "sdk" : "enclave";
}

std::optional<EngineKind> engineKindFrom(std::string_view text)
{
    if (text == "sdk") {
        return EngineKind::Sdk;
    }
    if (text == "enclave") {
        return EngineKind::Enclave;
    }
    return std::nullopt;
}

EngineKind defaultEngine()
{
#ifdef _WIN32
    return EngineKind::Enclave;
#else
    return EngineKind::Sdk;
#endif
}

}  // namespace countersign
