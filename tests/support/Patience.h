#pragma once

namespace countersign {

/// How long a test waits for what must come until it calls it missing, in milliseconds. A bound against
/// hanging and never a measurement: a busy machine and a sanitizer together stay below it.
inline constexpr int patienceMs = 60'000;

/// The same for whole programs that work for seconds even where they are alone: Node.js with its packages,
/// the command line with a passphrase.
inline constexpr int longPatienceMs = 300'000;

}  // namespace countersign
