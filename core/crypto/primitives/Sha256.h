#pragma once

#include "core/base/Bytes.h"

#include <array>

struct evp_md_ctx_st;

namespace countersign {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// FIPS 180-4 SHA-256 of the bytes.
Sha256Digest sha256(BytesView bytes);

/// Incremental SHA-256. The audit chain and job ids hash several pieces without gluing them together first.
/// Not for use from two threads at once.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Sha256& add(BytesView bytes);
    /// The digest of everything added; the object then starts anew.
    Sha256Digest finish();

private:
    evp_md_ctx_st* m_context;
};

}  // namespace countersign
