#pragma once

#include "ui/theme/ThemeColors.h"

#include <QWidget>

#include <cstdint>
#include <vector>

namespace countersign {

/// The record as a strip of blocks, from its first entry to its last: each block ends with a checkpoint, and
/// the last one is what no checkpoint holds yet. Where the record was sealed anew there is a mark. What it
/// shows is said in words beside it.
class RecordStrip : public QWidget
{
    Q_OBJECT

public:
    explicit RecordStrip(QWidget* parent = nullptr);

    struct Content
    {
        std::int64_t entries = 0;
        std::vector<std::int64_t> checkpoints;  ///< numbers of entries, in any order
        std::vector<std::int64_t> reseals;
        Tone tone = Tone::Neutral;     ///< of what was checked
        std::int64_t firstBad = 0;     ///< 0: none
        std::int64_t checkedUpTo = 0;  ///< what lies behind it was not checked
    };
    void setContent(Content content);
    QSize sizeHint() const override { return {400, 20}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int positionOf(std::int64_t seq) const;

    Content m_content;
};

}  // namespace countersign
