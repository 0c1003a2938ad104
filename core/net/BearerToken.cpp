#include "core/net/BearerToken.h"

#include <algorithm>

namespace countersign {

SecretBytes bearerToken(const SecretBytes& token)
{
    constexpr std::string_view scheme = "Bearer ";
    SecretBytes header(scheme.size() + token.size());
    std::ranges::copy(asBytes(scheme), header.data());
    std::ranges::copy(token.view(), header.data() + scheme.size());
    return header;
}

}  // namespace countersign
