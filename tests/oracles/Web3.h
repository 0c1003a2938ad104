#pragma once

#include "tests/oracles/NodeOracle.h"

namespace countersign::testing {

/// @solana/web3.js, spoken to through solana.mjs.
class Web3 : public NodeOracle
{
public:
    Web3() : NodeOracle("solana.mjs", "@solana/web3.js") {}
};

}  // namespace countersign::testing
