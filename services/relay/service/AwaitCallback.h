#pragma once

// Boost 1.74's awaitable.hpp uses std::exchange without including it, so <utility> has to come first.
// clang-format off
#include <utility>
// clang-format on

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace countersign::relay {

/// Awaits a function that answers by callback. The store's threads know callbacks, the handlers are
/// coroutines. start is called with a callback that must be called exactly once, on any thread; the coroutine
/// goes on with its value on its own executor.
template <typename T, typename Start>
boost::asio::awaitable<T> awaitCallback(Start start)
{
    namespace asio = boost::asio;
    return asio::async_initiate<const asio::use_awaitable_t<>&, void(T)>(
        [](auto handler, Start begin) {
            // std::function wants copyable captures; a coroutine's handler can only be moved.
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            begin(std::function<void(T)>([shared](T value) {
                const auto executor = asio::get_associated_executor(*shared);
                asio::post(executor,
                           [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
            }));
        },
        asio::use_awaitable, std::move(start));
}

}  // namespace countersign::relay
