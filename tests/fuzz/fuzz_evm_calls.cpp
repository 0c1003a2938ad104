#include "core/meaning/evm/EvmCall.h"
#include "tests/fuzz/Require.h"

#include <array>

using namespace countersign;
using namespace countersign::meaning;

// The first byte chooses the contract that is called, the second what goes along; what follows is calldata.
// However hostile it is, an explanation is bounded, is the same every time, and has a sentence exactly where
// it is understood.

namespace {

constexpr std::size_t headBytes = 2;

/// One of each kind that readers ask for, one of no list, and the signer itself.
constexpr std::array<std::string_view, 16> callees = {
    "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",  // USDC
    "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",  // WETH
    "0x000000000022D473030F116dDEE9F6B43aC78BA3",  // Permit2
    "0xcA11bde05977b3631167028862bE2a173976CA11",  // Multicall3
    "0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526",  // MultiSend
    "0xd53cd0aB83D845Ac265BE939c57F53AD838012c9",  // SignMessageLib
    "0x0000000071727De22E5E9d8BAf0edAc6f37da032",  // EntryPoint 0.7
    "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",  // EntryPoint 0.6
    "0x4e1DCf7AD4e460CfD30791CCC4F9c8a4f820ec67",  // Safe's proxy factory
    "0x526643F69b81B008F46d95CD5ced5eC0edFFDaC6",  // SafeMigration
    "0x9b35Af71d77eaf8d7e40252370304687390A1A52",  // CreateCall
    "0xdb9B1e94B5b69Df7e401DDbedE43491141047dB3",  // DelegationManager
    "0x00000000219ab540356cBB839Cbe05303d7705Fa",  // deposits of validators
    "0x00000961Ef480Eb55e80D19ad83579A64c007002",  // their withdrawals
    "0x1111111254EEB25477B68fb85Ed929f73A960582",  // of no list
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",  // the signer
};

EvmCall callOf(BytesView input)
{
    const unsigned along = input[1];
    EvmCall call;
    call.to = parseEvmAddress(callees.at(input[0] % callees.size())).value_or(EvmAddress{});
    call.data = input.subspan(headBytes);
    call.value = (along & 1U) != 0 ? Uint256(1) << (along >> 3U) : Uint256(0);
    if ((along & 2U) == 0) {
        call.chainId = 1;
        call.from = parseEvmAddress(callees.back()).value_or(EvmAddress{});
    }
    call.isDelegate = (along & 4U) != 0;
    return call;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < headBytes) {
        return 0;
    }
    const EvmCall call = callOf({data, size});
    const Knowledge knowledge;
    const Explanation explanation = finished(explainCall(call, knowledge), call.data);
    const Meaning& meaning = explanation.meaning;
    require(finished(explainCall(call, knowledge), call.data).meaning == meaning, "the same every time");
    require(meaning.understood == !meaning.intent.empty(), "a sentence stands for what is understood");
    for (const Finding& finding : meaning.findings) {
        require(!finding.id.empty() && !finding.title.empty(), "every finding has a name");
        require(!meaning.understood || finding.severity != Severity::Error,
                "what could not be checked is not understood");
    }
    return 0;
}
