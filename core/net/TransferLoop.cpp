#include "core/net/TransferLoop.h"

#include "core/base/SecretBytes.h"

#include <QSocketNotifier>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace countersign {

namespace {

constexpr long maxIdleConnections = 4;

// What was asked for stands in front of each block: freeing has to know how much to wipe.
constexpr std::size_t sizePrefix = alignof(std::max_align_t);
static_assert(sizePrefix >= sizeof(std::size_t));

void* wipedAllocate(std::size_t size)
{
    if (size > std::numeric_limits<std::size_t>::max() - sizePrefix) {
        return nullptr;
    }
    auto* const block = static_cast<std::byte*>(std::malloc(size + sizePrefix));
    if (block == nullptr) {
        return nullptr;
    }
    std::memcpy(block, &size, sizeof size);
    return block + sizePrefix;
}

std::size_t wipedSize(void* memory)
{
    std::size_t size = 0;
    std::memcpy(&size, static_cast<std::byte*>(memory) - sizePrefix, sizeof size);
    return size;
}

void wipedFree(void* memory)
{
    if (memory == nullptr) {
        return;
    }
    wipeMemory(memory, wipedSize(memory));
    std::free(static_cast<std::byte*>(memory) - sizePrefix);
}

void* wipedReallocate(void* memory, std::size_t size)
{
    void* const moved = wipedAllocate(size);
    if (moved != nullptr && memory != nullptr) {
        std::memcpy(moved, memory, std::min(size, wipedSize(memory)));
        wipedFree(memory);
    }
    return moved;
}

void* wipedAllocateZeros(std::size_t count, std::size_t size)
{
    if (size != 0 && count > std::numeric_limits<std::size_t>::max() / size) {
        return nullptr;
    }
    void* const memory = wipedAllocate(count * size);
    if (memory != nullptr) {
        std::memset(memory, 0, count * size);
    }
    return memory;
}

char* wipedCopy(const char* text)
{
    const std::size_t size = std::strlen(text) + 1;
    void* const memory = wipedAllocate(size);
    if (memory != nullptr) {
        std::memcpy(memory, text, size);
    }
    return static_cast<char*>(memory);
}

bool startCurl()
{
    static const bool isStarted =
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipedAllocate, wipedFree, wipedReallocate, wipedCopy,
                             wipedAllocateZeros) == CURLE_OK;
    return isStarted;
}

}  // namespace

CURL* newTransferHandle()
{
    return startCurl() ? curl_easy_init() : nullptr;
}

TransferLoop::TransferLoop() : m_multi(startCurl() ? curl_multi_init() : nullptr)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { moveOn(CURL_SOCKET_TIMEOUT, 0); });
    if (m_multi != nullptr) {
        curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &TransferLoop::onSocket);
        curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &TransferLoop::onTimer);
        curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
        curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, maxIdleConnections);
    }
}

TransferLoop::~TransferLoop()
{
    if (m_multi != nullptr) {
        curl_multi_cleanup(m_multi);  // tells of its sockets once more
    }
}

bool TransferLoop::add(CURL* handle)
{
    return m_multi != nullptr && curl_multi_add_handle(m_multi, handle) == CURLM_OK;
}

void TransferLoop::remove(CURL* handle)
{
    curl_multi_remove_handle(m_multi, handle);
}

int TransferLoop::onSocket(CURL*, curl_socket_t socket, int what, void* loop, void*)
{
    static_cast<TransferLoop*>(loop)->watch(socket, what);
    return 0;
}

int TransferLoop::onTimer(CURLM*, long milliseconds, void* loop)
{
    QTimer& timer = static_cast<TransferLoop*>(loop)->m_timer;
    if (milliseconds < 0) {
        timer.stop();
    } else {
        timer.start(static_cast<int>(std::min<long>(milliseconds, std::numeric_limits<int>::max())));
    }
    return 0;
}

void TransferLoop::watch(curl_socket_t socket, int what)
{
    Watch& watch = m_watches[socket];
    const auto set = [&](std::unique_ptr<QSocketNotifier>& notifier, bool isWanted,
                         QSocketNotifier::Type type, int event) {
        if (!isWanted) {
            if (notifier) {
                notifier->setEnabled(false);
                m_retired.push_back(std::move(notifier));
            }
        } else if (!notifier) {
            notifier = std::make_unique<QSocketNotifier>(static_cast<qintptr>(socket), type);
            connect(notifier.get(), &QSocketNotifier::activated, this,
                    [this, socket, event] { moveOn(socket, event); });
        }
    };
    set(watch.read, what == CURL_POLL_IN || what == CURL_POLL_INOUT, QSocketNotifier::Read, CURL_CSELECT_IN);
    set(watch.write, what == CURL_POLL_OUT || what == CURL_POLL_INOUT, QSocketNotifier::Write,
        CURL_CSELECT_OUT);
    if (what == CURL_POLL_REMOVE) {
        m_watches.erase(socket);
    }
}

void TransferLoop::moveOn(curl_socket_t socket, int events)
{
    m_retired.clear();
    int running = 0;
    curl_multi_socket_action(m_multi, socket, events, &running);
    tellEnds();
}

void TransferLoop::tellEnds()
{
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
        Transfer* transfer = nullptr;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK &&
            transfer != nullptr) {
            transfer->noteEnd(message->data.result);
        }
    }
}

}  // namespace countersign
