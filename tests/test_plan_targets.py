"""The grammar of targets on sentences in the manner of other provinces' plans, each read by hand."""

from __future__ import annotations

import pytest

from qngai_analysis.plan import coverage, parse_text
from qngai_analysis.plan.document import Plan
from qngai_analysis.plan.model import Target
from tests.plan_tables import table

HEAD = "Số: 15/KH-UBND\nĐồng Tháp, ngày 15 tháng 6 năm 2022\nKẾ HOẠCH\nPhát triển kinh tế số\nI. MỤC TIÊU\n"

# Every sentence, then what it asks for:
#   comparator | wording | value | unit | years | subject [| base, recurrence or change]
SENTENCES = """
Đến năm 2025, kinh tế số chiếm tối thiểu 15% GRDP.
  >= | chiếm tối thiểu | 15 | % | 2025 | kinh tế số | GRDP
Đến năm 2025, kinh tế số chiếm 20% GRDP và đến năm 2030 chiếm 30% GRDP.
  >= | chiếm | 20 | % | 2025 | kinh tế số | GRDP
  >= | chiếm | 30 | % | 2030 | kinh tế số | GRDP
Phấn đấu đến năm 2025, 100% cơ quan nhà nước cung cấp dịch vụ trực tuyến.
  >= | | 100 | % | 2025 | cơ quan nhà nước cung cấp dịch vụ trực tuyến
Đến năm 2030, trên 95% hồ sơ được xử lý trực tuyến.
  > | trên | 95 | % | 2030 | hồ sơ được xử lý trực tuyến
Tỷ lệ hộ có cáp quang đạt 50% năm 2025 và 70% năm 2030.
  >= | đạt | 50 | % | 2025 | Tỷ lệ hộ có cáp quang
  >= | | 70 | % | 2030 | Tỷ lệ hộ có cáp quang
Tỷ lệ dân số có tài khoản thanh toán: năm 2023 đạt 70%, năm 2024 đạt 75%, năm 2025 đạt 80%.
  >= | đạt | 70 | % | 2023 | Tỷ lệ dân số có tài khoản thanh toán
  >= | đạt | 75 | % | 2024 | Tỷ lệ dân số có tài khoản thanh toán
  >= | đạt | 80 | % | 2025 | Tỷ lệ dân số có tài khoản thanh toán
Tỷ lệ dân số có điện thoại thông minh đạt 80% (đến năm 2030 đạt 95%).
  >= | đạt | 80 | % | | Tỷ lệ dân số có điện thoại thông minh
  >= | đạt | 95 | % | 2030 | Tỷ lệ dân số có điện thoại thông minh
Chữ ký số: 100% cán bộ được cấp, 80% viên chức được cấp.
  >= | | 100 | % | | cán bộ được cấp Chữ ký số
  >= | | 80 | % | | viên chức được cấp Chữ ký số
100% đơn vị ở thành phố, thị xã và trên 90% ở các huyện thực hiện trả lương qua tài khoản.
  >= | | 100 | % | | đơn vị ở thành phố, thị xã thực hiện trả lương qua tài khoản
  > | trên | 90 | % | | đơn vị ở các huyện thực hiện trả lương qua tài khoản
Tổng diện tích gieo trồng 1.040 ha. Trong đó: lúa 760 ha, năng suất 62 tạ/ha; ngô 95 ha.
  >= | | 1040 | ha | | diện tích gieo trồng
  >= | | 760 | ha | | lúa trong diện tích gieo trồng
  >= | | 62 | tạ/ha | | năng suất (lúa)
  >= | | 95 | ha | | diện tích ngô
Tỷ lệ trạm y tế thực hiện được tối thiểu 80% danh mục kỹ thuật của tuyến xã đạt 95%.
  >= | đạt | 95 | % | | Tỷ lệ trạm y tế thực hiện được tối thiểu 80% danh mục kỹ thuật của tuyến xã
Tỷ lệ hài lòng đạt 95%, là 1 trong 10 tỉnh dẫn đầu cả nước; 9/10 trẻ em được học kỹ năng số.
  >= | đạt | 95 | % | | Tỷ lệ hài lòng
  <= | là 1 trong | 10 | hạng | | Tỷ lệ hài lòng | rank
  >= | 9/10 | 90 | % | | trẻ em được học kỹ năng số
9/10 người dân trưởng thành có điện thoại thông minh; 7/9 trường có thư viện số.
  >= | 9/10 | 90 | % | | người dân trưởng thành có điện thoại thông minh
  >= | | 7 | trường | | trường có thư viện số
Toàn bộ (100%) các trường phổ thông triển khai học bạ số; 60% được cấp chữ ký số.
  >= | | 100 | % | | các trường phổ thông triển khai học bạ số
  >= | | 60 | % | | các trường phổ thông được cấp chữ ký số
Tốc độ Internet di động đạt tối thiểu 40Mb/s mạng 4G và 100Mb/s mạng 5G.
  >= | đạt tối thiểu | 40 | Mb/s | | Tốc độ Internet di động mạng 4G
  >= | | 100 | Mb/s | | Tốc độ Internet di động mạng 5G
Giảm từ 15 ngày xuống 10 ngày thời gian cấp giấy phép xây dựng.
  <= | xuống | 10 | ngày | | thời gian cấp giấy phép xây dựng
Thời gian trả kết quả xét nghiệm giảm từ 120 phút còn 75 phút.
  <= | còn | 75 | phút | | Thời gian trả kết quả xét nghiệm
Tỷ lệ học sinh học trực tuyến tăng gấp 1,5 lần so với năm học 2018-2019.
  >= | tăng gấp … so với năm học 2018-2019 | 1.5 | lần | | Tỷ lệ học sinh học trực tuyến | multiple
Thời gian lưu trú của khách tăng từ 1,8 ngày lên 2,5 ngày.
  >= | lên | 2.5 | ngày | | Thời gian lưu trú của khách
Cắt giảm từ 15 thủ tục xuống 10 thủ tục hành chính nội bộ.
  <= | xuống | 10 | thủ tục hành chính | | thủ tục hành chính nội bộ
Nằm trong nhóm 20 tỉnh dẫn đầu về ứng dụng, phát triển công nghệ số.
  <= | nằm trong nhóm | 20 | hạng | | ứng dụng, phát triển công nghệ số | rank
Tỷ lệ bao phủ bảo hiểm y tế đạt 95%, đứng thứ 5 vùng đồng bằng.
  >= | đạt | 95 | % | | Tỷ lệ bao phủ bảo hiểm y tế
  <= | đứng thứ | 5 | hạng | | Tỷ lệ bao phủ bảo hiểm y tế | rank
Trên 80% doanh nghiệp sử dụng hợp đồng điện tử (năm 2030: 100%).
  > | trên | 80 | % | | doanh nghiệp sử dụng hợp đồng điện tử
  >= | | 100 | % | 2030 | doanh nghiệp sử dụng hợp đồng điện tử
Năng suất lao động tăng bình quân 7,5 - 8%/năm trong giai đoạn 2021 - 2025.
  between | tăng bình quân | 7.5..8 | %/năm | 2021-2025 | Năng suất lao động | hàng năm, increase
Doanh thu thương mại điện tử tăng bình quân 20%/năm.
  >= | tăng bình quân | 20 | %/năm | | Doanh thu thương mại điện tử | hàng năm, increase
Kinh tế số chiếm từ 20% đến 25% GRDP.
  between | chiếm từ | 20..25 | % | | Kinh tế số | GRDP
Tỷ lệ người dân sử dụng Internet đạt 70-80%.
  between | đạt | 70..80 | % | | Tỷ lệ người dân sử dụng Internet
Tỷ lệ hồ sơ trễ hạn không quá 5%.
  <= | không quá | 5 | % | | Tỷ lệ hồ sơ trễ hạn
Tỷ lệ hồ sơ quá hạn giảm xuống dưới 1%.
  < | giảm xuống dưới | 1 | % | | Tỷ lệ hồ sơ quá hạn
Giảm 30% thời gian giải quyết thủ tục hành chính.
  >= | giảm | 30 | % | | thời gian giải quyết thủ tục hành chính | decrease
Doanh thu dịch vụ số tăng gấp 1,5 lần so với năm 2020; thu ngân sách tăng 8% so với ước thực hiện năm 2021.
  >= | tăng gấp … so với năm 2020 | 1.5 | lần | | Doanh thu dịch vụ số | multiple
  >= | tăng … so với ước thực hiện năm 2021 | 8 | % | | thu ngân sách | increase
Chỉ số chuyển đổi số của tỉnh thuộc nhóm 10 tỉnh dẫn đầu cả nước.
  <= | thuộc nhóm | 10 | hạng | | Chỉ số chuyển đổi số của tỉnh | rank
Xếp hạng DTI từ thứ 30 trở lên.
  <= | từ thứ … trở lên | 30 | hạng | | Xếp hạng DTI | rank
Phát triển tối thiểu 2.000 doanh nghiệp công nghệ số.
  >= | tối thiểu | 2000 | doanh nghiệp | | doanh nghiệp công nghệ số
Tối thiểu 2000 doanh nghiệp sử dụng nền tảng số.
  >= | tối thiểu | 2000 | doanh nghiệp | | doanh nghiệp sử dụng nền tảng số
Ít nhất 50% số xã có Tổ công nghệ số cộng đồng.
  >= | ít nhất | 50 | % | | số xã có Tổ công nghệ số cộng đồng
Mức độ hài lòng của người dân đạt từ 90% trở lên.
  >= | đạt từ … trở lên | 90 | % | | Mức độ hài lòng của người dân
Tỷ lệ người lao động được đào tạo kỹ năng số đạt ≥ 70%.
  >= | đạt ≥ | 70 | % | | Tỷ lệ người lao động được đào tạo kỹ năng số
Kinh tế số chiếm khoảng 30% GRDP.
  ~ | chiếm khoảng | 30 | % | | Kinh tế số | GRDP
Hạ tầng cáp quang phủ trên 80% hộ gia đình, 100% xã.
  > | phủ trên | 80 | % | | Hạ tầng cáp quang phủ hộ gia đình
  >= | | 100 | % | | Hạ tầng cáp quang phủ xã
90% hồ sơ tại cấp tỉnh; 80% hồ sơ tại cấp huyện và 60% hồ sơ tại cấp xã được xử lý trên mạng (trừ hồ sơ mật).
  >= | | 90 | % | | hồ sơ tại cấp tỉnh được xử lý trên mạng
  >= | | 80 | % | | hồ sơ tại cấp huyện được xử lý trên mạng
  >= | | 60 | % | | hồ sơ tại cấp xã được xử lý trên mạng
Tỷ lệ hồ sơ được xử lý trên mạng tại cấp tỉnh đạt 100%, cấp huyện đạt 90%, cấp xã đạt 80%.
  >= | đạt | 100 | % | | Tỷ lệ hồ sơ được xử lý trên mạng tại cấp tỉnh
  >= | đạt | 90 | % | | Tỷ lệ hồ sơ được xử lý trên mạng tại cấp huyện
  >= | đạt | 80 | % | | Tỷ lệ hồ sơ được xử lý trên mạng tại cấp xã
Trên 90% dân số có điện thoại thông minh, trên 80% có tài khoản thanh toán và trên 50% có chữ ký số.
  > | trên | 90 | % | | dân số có điện thoại thông minh
  > | trên | 80 | % | | dân số có tài khoản thanh toán
  > | trên | 50 | % | | dân số có chữ ký số
50% trường học, 40% cơ sở y tế và 30% doanh nghiệp sử dụng nền tảng số.
  >= | | 50 | % | | trường học sử dụng nền tảng số
  >= | | 40 | % | | cơ sở y tế sử dụng nền tảng số
  >= | | 30 | % | | doanh nghiệp sử dụng nền tảng số
Tỷ lệ dịch vụ công trực tuyến mức độ 3, 4 đạt 100%, trong đó mức độ 4 đạt trên 50%.
  >= | đạt | 100 | % | | Tỷ lệ dịch vụ công trực tuyến mức độ 3, 4
  > | đạt trên | 50 | % | | Tỷ lệ dịch vụ công trực tuyến mức độ 4
Có tối thiểu 05 doanh nghiệp đạt doanh thu trên 100 tỷ đồng.
  >= | tối thiểu | 5 | doanh nghiệp | | doanh nghiệp đạt doanh thu trên 100 tỷ đồng
Đến hết năm 2025, có ít nhất 1.500 doanh nghiệp công nghệ số, trong đó có 100 doanh nghiệp xuất khẩu.
  >= | ít nhất | 1500 | doanh nghiệp | 2025 | doanh nghiệp công nghệ số
  >= | | 100 | doanh nghiệp | 2025 | doanh nghiệp xuất khẩu
Bình quân có 0,7 doanh nghiệp công nghệ số trên 1.000 dân.
  >= | bình quân có | 0.7 | doanh nghiệp/1.000 dân | | doanh nghiệp công nghệ số trên 1.000 dân
Có trên 1,2 triệu thuê bao băng rộng di động.
  > | trên | 1.2e+06 | thuê bao | | thuê bao băng rộng di động
Mật độ thuê bao băng rộng di động đạt 90 thuê bao/100 dân.
  >= | đạt | 90 | thuê bao/100 dân | | Mật độ thuê bao băng rộng di động
Doanh thu thương mại điện tử đạt 1.200 tỷ đồng.
  >= | đạt | 1200 | tỷ đồng | | Doanh thu thương mại điện tử
Tốc độ Internet băng rộng cố định đạt 200 Mbps.
  >= | đạt | 200 | Mbps | | Tốc độ Internet băng rộng cố định
Thời gian giải quyết thủ tục hành chính không quá 03 ngày làm việc.
  <= | không quá | 3 | ngày làm việc | | Thời gian giải quyết thủ tục hành chính
Chỉ số DTI tăng ít nhất 05 bậc so với năm 2021.
  >= | tăng ít nhất | 5 | bậc | | Chỉ số DTI | increase
Mỗi xã có ít nhất 01 điểm phục vụ bưu chính.
  >= | ít nhất | 1 | điểm phục vụ | | Mỗi xã có điểm phục vụ bưu chính
Tăng tỷ lệ người dân sử dụng Internet từ 65% năm 2021 lên 85% vào năm 2025.
  >= | lên | 85 | % | 2025 | tỷ lệ người dân sử dụng Internet
Năm 2021, tỷ lệ hộ có cáp quang của tỉnh đạt 55%; phấn đấu đến năm 2025 đạt 80%.
  >= | đạt | 80 | % | 2025 | tỷ lệ hộ có cáp quang của tỉnh
Tỷ lệ hộ gia đình có Internet đạt 80% (hiện nay đạt 45%).
  >= | đạt | 80 | % | | Tỷ lệ hộ gia đình có Internet
Tỷ trọng kinh tế số đạt 20% GRDP (cả nước: 20%).
  >= | đạt | 20 | % | | Tỷ trọng kinh tế số | GRDP
Hoàn thành trước ngày 31/12/2023: 100% hệ thống thông tin được phê duyệt cấp độ.
  >= | | 100 | % | 2023 | hệ thống thông tin được phê duyệt cấp độ
Triển khai đạt tiêu chí bình quân cả nước về tỷ lệ người sử dụng Internet (76% theo Nghị quyết số 01/NQ-CP ngày 06/1/2023 của Chính phủ).
  >= | đạt bình quân cả nước | 76 | % | | tỷ lệ người sử dụng Internet
Tỷ lệ dân số có tài khoản định danh điện tử đạt 90% (năm 2025) và 100% (năm 2030).
  >= | đạt | 90 | % | 2025 | Tỷ lệ dân số có tài khoản định danh điện tử
  >= | | 100 | % | 2030 | Tỷ lệ dân số có tài khoản định danh điện tử
Từng ngành, lĩnh vực có tỷ trọng kinh tế số đạt tối thiểu 10% (đến năm 2030 đạt 15%).
  >= | đạt tối thiểu | 10 | % | | Từng ngành, lĩnh vực có tỷ trọng kinh tế số
  >= | đạt | 15 | % | 2030 | Từng ngành, lĩnh vực có tỷ trọng kinh tế số
Thương mại điện tử trong tổng mức bán lẻ đạt trên 10%.
  > | đạt trên | 10 | % | | Thương mại điện tử trong tổng mức bán lẻ
Kinh tế số chiếm tỷ trọng 15% GRDP.
  >= | chiếm tỷ trọng | 15 | % | | Kinh tế số | GRDP
Về kinh tế số, thành phố phấn đấu chiếm tối thiểu 20% GRDP.
  >= | chiếm tối thiểu | 20 | % | | kinh tế số | GRDP
Tỉnh còn phấn đấu 90% người trưởng thành biết dùng dịch vụ số.
  >= | | 90 | % | | người trưởng thành biết dùng dịch vụ số
Kế hoạch hướng tới 85% hộ gia đình có kết nối Internet.
  >= | | 85 | % | | hộ gia đình có kết nối Internet
Hộ gia đình có địa chỉ số đạt 100%.
  >= | đạt | 100 | % | | Hộ gia đình có địa chỉ số
Hồ sơ công việc xử lý trên mạng tại cấp tỉnh đạt 100%, cấp huyện đạt 90% và cấp xã đạt trên 70%.
  >= | đạt | 100 | % | | Hồ sơ công việc xử lý trên mạng tại cấp tỉnh
  >= | đạt | 90 | % | | Hồ sơ công việc xử lý trên mạng tại cấp huyện
  > | đạt trên | 70 | % | | Hồ sơ công việc xử lý trên mạng tại cấp xã
Đến năm 2030 tỷ trọng kinh tế số đạt 30% GRDP; năng suất lao động tăng trên 8% (giai đoạn sau đạt 9%).
  >= | đạt | 30 | % | 2030 | tỷ trọng kinh tế số | GRDP
  > | tăng trên | 8 | % | 2030 | năng suất lao động | increase
  >= | đạt | 9 | % | 2030 | năng suất lao động
Lưu trú bình quân đạt trên 2 ngày; chi tiêu bình quân đạt 1,5 triệu đồng/người.
  > | đạt trên | 2 | ngày | | Lưu trú bình quân
  >= | đạt | 1.5 | triệu đồng/người | | chi tiêu bình quân
Tỷ lệ doanh nghiệp công nghệ số/1.000 dân đạt 0,7.
  >= | đạt | 0.7 | doanh nghiệp/1.000 dân | | Tỷ lệ doanh nghiệp công nghệ số/1.000 dân
Giữ hạng từ thứ 2 trở lên về chỉ số thương mại điện tử.
  <= | hạng từ thứ … trở lên | 2 | hạng | | chỉ số thương mại điện tử | rank
Tỷ lệ dân số trưởng thành có tài khoản thanh toán: 80%; có chữ ký số cá nhân: trên 50%.
  >= | | 80 | % | | Tỷ lệ dân số trưởng thành có tài khoản thanh toán
  > | trên | 50 | % | | Tỷ lệ dân số trưởng thành có chữ ký số cá nhân
Thương mại điện tử chiếm 10% tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng.
  >= | chiếm | 10 | % | | Thương mại điện tử | tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng
Tỷ lệ hộ gia đình có ít nhất 01 người biết nộp hồ sơ trực tuyến đạt 70%.
  >= | đạt | 70 | % | | Tỷ lệ hộ gia đình có ít nhất 01 người biết nộp hồ sơ trực tuyến
Năng suất lao động tăng bình quân 7,5 - 8%/năm; số doanh nghiệp công nghệ số gấp 1,5 lần năm 2020.
  between | tăng bình quân | 7.5..8 | %/năm | | Năng suất lao động | hàng năm, increase
  >= | gấp … năm 2020 | 1.5 | lần | | số doanh nghiệp công nghệ số | multiple
Tỷ lệ hộ có cáp quang đạt từ 75% trở lên, phấn đấu đạt 80%.
  >= | đạt từ … trở lên | 75 | % | | Tỷ lệ hộ có cáp quang
  >= | đạt | 80 | % | | Tỷ lệ hộ có cáp quang
Giá trị sản phẩm trên 01 ha đất trồng trọt đạt 160 triệu đồng; ít nhất 01 xóm được công nhận xóm số.
  >= | đạt | 160 | triệu đồng | | Giá trị sản phẩm trên 01 ha đất trồng trọt
  >= | ít nhất | 1 | xóm | | xóm được công nhận xóm số
Ít nhất hai phần ba số xã có chợ dân sinh; một phần tư trường học có thư viện số.
  >= | ít nhất hai phần ba | 66.67 | % | | số xã có chợ dân sinh
  >= | một phần tư | 25 | % | | trường học có thư viện số
Hơn một nửa số hợp tác xã ứng dụng công nghệ cao; quá nửa số thôn có tổ công nghệ số.
  > | hơn một nửa | 50 | % | | số hợp tác xã ứng dụng công nghệ cao
  > | quá nửa | 50 | % | | số thôn có tổ công nghệ số
Doanh thu dịch vụ số tăng gấp đôi so với năm 2020; thu nhập bình quân gấp rưỡi năm 2020.
  >= | tăng gấp đôi … so với năm 2020 | 2 | lần | | Doanh thu dịch vụ số | multiple
  >= | gấp rưỡi … năm 2020 | 1.5 | lần | | thu nhập bình quân | multiple
Giảm một nửa lượng rác thải nhựa so với năm 2020.
  >= | giảm một nửa … so với năm 2020 | 50 | % | | lượng rác thải nhựa | decrease
Số giờ làm việc nhà của phụ nữ còn 1,4 lần so với nam giới.
  <= | còn | 1.4 | lần | | Số giờ làm việc nhà của phụ nữ
Phấn đấu có 9/12 chỉ tiêu vượt kế hoạch.
  >= | phấn đấu có | 9 | chỉ tiêu | | chỉ tiêu vượt kế hoạch
Trong số 7/10 hợp tác xã được hỗ trợ có 50% tham gia sàn.
  >= | | 50 | % | | hợp tác xã tham gia sàn
Nâng số xã có cáp quang từ 5/12 lên 9/12 xã; số trường có thư viện số: 7/15.
  >= | lên | 9 | xã | | số xã có cáp quang
  >= | | 7 | trường | | số trường có thư viện số
Xếp hạng 12/15 di tích cấp tỉnh.
  >= | xếp hạng | 12 | di tích | | di tích cấp tỉnh
Xếp hạng EBI: 15; SIPAS: 12.
  <= | | 15 | hạng | | Xếp hạng EBI | rank
  <= | | 12 | hạng | | SIPAS | rank
Chỉ số thương mại điện tử (EBI): hạng 15; PAR INDEX: hạng 18.
  <= | hạng | 15 | hạng | | Chỉ số thương mại điện tử (EBI) | rank
  <= | hạng | 18 | hạng | | PAR INDEX | rank
Thứ hạng chuyển đổi số năm 2025: 10/34; thứ hạng PCI 12/34.
  <= | | 10 | hạng | 2025 | Thứ hạng chuyển đổi số | rank
  <= | | 12 | hạng | 2025 | thứ hạng PCI | rank
Chỉ số PCI đạt 70 điểm, hạng 15; xếp hạng DTI tăng từ 30 lên 20.
  >= | đạt | 70 | điểm | | Chỉ số PCI
  <= | hạng | 15 | hạng | | Chỉ số PCI | rank
  <= | lên | 20 | hạng | | xếp hạng DTI | rank
Chỉ số DTI cấp xã: thuộc nhóm 10 xã dẫn đầu tỉnh.
  <= | thuộc nhóm | 10 | hạng | | Chỉ số DTI cấp xã | rank
Đối với thủ tục hành chính đủ điều kiện, 80% được cung cấp trực tuyến.
  >= | | 80 | % | | thủ tục hành chính đủ điều kiện được cung cấp trực tuyến
Đối với hồ sơ phát sinh mới, 100% được số hóa; đối với hồ sơ cũ, tối thiểu 50%.
  >= | | 100 | % | | hồ sơ phát sinh mới được số hóa
  >= | tối thiểu | 50 | % | | hồ sơ cũ được số hóa
Đối với cấp tỉnh, 90% hồ sơ được xử lý trên mạng; đối với cấp xã, 70%.
  >= | | 90 | % | | hồ sơ được xử lý trên mạng đối với cấp tỉnh
  >= | | 70 | % | | hồ sơ được xử lý trên mạng đối với cấp xã
Đối với doanh nghiệp nhỏ và vừa, tỷ lệ sử dụng hợp đồng điện tử đạt 50%; đối với hợp tác xã đạt 30%.
  >= | đạt | 50 | % | | tỷ lệ sử dụng hợp đồng điện tử đối với doanh nghiệp nhỏ và vừa
  >= | đạt | 30 | % | | tỷ lệ sử dụng hợp đồng điện tử đối với hợp tác xã
"""

NO_TARGET = """
Thực hiện Quyết định số 411/QĐ-TTg ngày 31 tháng 3 năm 2022, Nghị quyết 52-NQ/TW và Đề án 06 của Chính phủ.
Chủ động tham gia cuộc Cách mạng công nghiệp lần thứ 4, phủ sóng 4G, 5G, áp dụng ISO 9001:2015 và phiên bản 2.0.
Điều 3, khoản 2, điểm 5 mục III và Phụ lục 1 của Kế hoạch.
Hiện nay, tỷ lệ hộ gia đình có Internet đạt 62,5%.
Đến nay, 100% xã có cáp quang.
Năm 2021, kinh tế số chiếm 7,2% GRDP.
Tính đến hết năm 2021, toàn tỉnh có 250 doanh nghiệp công nghệ số.
Báo cáo trước ngày 15/12 hằng năm, định kỳ 6 tháng và 01 năm.
Triển khai 5 nhóm nhiệm vụ, 15 giải pháp và 03 trụ cột.
Hỗ trợ tối đa 50% chi phí tư vấn nhưng không quá 50 triệu đồng/hợp đồng/năm cho doanh nghiệp nhỏ.
Ứng dụng mô hình bảo vệ 4 lớp và cơ sở dữ liệu 4D.
Hệ thống hoạt động 24/7, liên hệ 0255.3822123 hoặc stttt@quangngai.gov.vn.
Dân số từ 15 tuổi trở lên, người trong độ tuổi 18-60 tuổi.
Tài khoản 9704xxxx có số 1234567890123456789.
Đến nay, hai phần ba số xã có chợ.
Một phần quan trọng của kinh tế số; một phần tư liệu được số hóa trong nửa đầu năm 2022.
Đến nay có 7/10 hợp tác xã và 9/12 chỉ tiêu hoàn thành.
Hoàn thành trước 7/10 hằng năm, tổ chức từ 5/12 đến 20/12.
Trung tâm Y tế huyện: hạng 3.
"""


def parse(sentence: str) -> Plan:
    return parse_text(HEAD + "- " + sentence)


def cases() -> list[tuple[str, list[list[str]]]]:
    found: list[tuple[str, list[list[str]]]] = []
    for line in SENTENCES.strip().splitlines():
        if line.startswith("  "):
            found[-1][1].append([*table(line)[0], ""][:7])
        else:
            found.append((line, []))
    return found


def row(target: Target) -> list[str]:
    def number(value: float) -> str:
        return f"{value:g}"

    value = number(target.value) + ("" if target.value_high is None else f"..{number(target.value_high)}")
    start, end = target.period_start, target.period_end
    years = (f"{start}-" if start else "") + (f"{end}" if end else "")
    more = ", ".join(
        str(getattr(target, name)) for name in ("base", "recurrence", "change") if getattr(target, name)
    )
    return [str(getattr(target, name)) for name in ("comparator", "wording")] + [
        value,
        target.unit,
        years,
        target.subject,
        more,
    ]


@pytest.mark.parametrize(("sentence", "expected"), cases(), ids=[sentence[:60] for sentence, _ in cases()])
def test_sentence(sentence: str, expected: list[list[str]]) -> None:
    plan = parse(sentence)

    assert [row(target) for target in plan.listed_targets] == expected
    assert plan.stated.empty
    assert "not understood" not in coverage(plan)["fate"].tolist()


@pytest.mark.parametrize("sentence", NO_TARGET.strip().splitlines())
def test_a_number_that_is_no_target_gives_none(sentence: str) -> None:
    plan = parse(sentence)

    assert plan.listed_targets == plan.stated_targets == ()


def test_a_count_out_of_a_count_tells_the_share_that_it_means() -> None:
    targets = parse("7/10 hợp tác xã hoạt động hiệu quả; nâng tổng số xã có cáp quang lên 9/12 xã; kết nạp 60 đảng viên.").listed_targets  # fmt: skip

    assert [(target.value, target.out_of, target.share) for target in targets] == [
        (7, 10, 70),
        (9, 12, 75),
        (60, None, None),
    ]


def test_a_count_out_of_a_count_stands_in_a_cell_whose_row_says_of_what() -> None:
    plan = parse_text(
        "I. MỤC TIÊU\nTT\tChỉ tiêu\tĐơn vị tính\tNăm 2023\tNăm 2025\n1\tSố thôn kiểu mẫu\tthôn\t9/48\t20/48\n"
    )

    assert [(t.value, t.out_of, t.period_end) for t in plan.listed_targets] == [(9, 48, 2023), (20, 48, 2025)]


def test_what_a_change_is_counted_from_may_stand_behind_what_changes() -> None:
    targets = parse(
        "Giảm 30% số vụ cháy so với năm 2020; tăng gấp đôi số doanh nghiệp số so với năm 2021."
    ).listed_targets

    assert [target.relative_to for target in targets] == ["năm 2020", "năm 2021"]


@pytest.mark.parametrize(
    ("told", "printed"),
    [
        ("Một nửa số xã có chợ.", "50% số xã có chợ."),
        ("Số buồng đạt 120 buồng, một nửa đạt chuẩn.", "Số buồng đạt 120 buồng, 50% đạt chuẩn."),
        (
            "Thời gian cấp phép rút ngắn một phần tư so với quy định.",
            "Thời gian cấp phép rút ngắn 25% so với quy định.",
        ),
        ("Xuất khẩu gấp ba lần năm 2020, đạt 2 tỷ USD.", "Xuất khẩu gấp 3 lần năm 2020, đạt 2 tỷ USD."),
        ("Đưa ba phần tư số hộ sản xuất lên sàn.", "Đưa 75% số hộ sản xuất lên sàn."),
        ("Thu nhập bằng ba phần tư bình quân cả nước.", "Thu nhập bằng 75% bình quân cả nước."),
    ],
)
def test_a_number_in_words_reads_as_its_digits(told: str, printed: str) -> None:
    in_words, digits = ([row(target) for target in parse(text).listed_targets] for text in (told, printed))

    assert [[*one[:1], *one[2:]] for one in in_words] == [[*one[:1], *one[2:]] for one in digits] != []


def test_whom_a_line_concerns_is_what_its_list_is_of() -> None:
    plan = parse_text(
        HEAD
        + "Đối với thủ tục hành chính đủ điều kiện:\n- 80% được cung cấp trực tuyến.\n- 60% có hướng dẫn.\n"
    )

    assert [target.subject for target in plan.listed_targets] == [
        "thủ tục hành chính đủ điều kiện được cung cấp trực tuyến",
        "thủ tục hành chính đủ điều kiện có hướng dẫn",
    ]


GOALS = """I. MỤC TIÊU
1. Mục tiêu chung
a) Xây dựng nền hành chính hiện đại, phục vụ Nhân dân.
2. Mục tiêu cụ thể
a) Hoàn thành sắp xếp các cơ quan chuyên môn thuộc tỉnh.
b) Tỷ lệ hộ nghèo giảm còn 3%.
c) Văn hóa, xã hội
- Nâng mức hài lòng chung của người dân.
- Nâng cao chất lượng khám bệnh từ xa (Sở Y tế chủ trì; hoàn thành quý II năm 2024).
- Giao Sở Tài chính chủ trì, tham mưu bố trí vốn.
3. Sắp xếp lại các trường học;
- Cơ quan chủ trì: Sở Giáo dục và Đào tạo
II. NHIỆM VỤ
1. Tuyên truyền sâu rộng trong Nhân dân.
"""


def test_a_numbered_sentence_among_goals_that_heads_nothing_is_a_goal_without_a_number() -> None:
    plan = parse_text(GOALS)

    assert [goal.text.partition(" (")[0] for goal in plan.goals] == [
        "Hoàn thành sắp xếp các cơ quan chuyên môn thuộc tỉnh.",
        "Nâng mức hài lòng chung của người dân.",
        "Nâng cao chất lượng khám bệnh từ xa",
        "Sắp xếp lại các trường học;",
    ]


def test_a_goal_that_names_its_lead_is_counted_once_and_keeps_body_and_deadline() -> None:
    plan = parse_text(GOALS)

    assert [(duty.agencies, duty.deadline) for duty in plan.duties if "Nâng cao" in duty.text] == [
        (("Sở Y tế",), "2024-06-30")
    ]
    assert [task.text for task in plan.task_list] == ["tham mưu bố trí vốn"]


GROUPED = """I. MỤC TIÊU
TT\tChỉ tiêu\tĐơn vị\tThực hiện 2024\tNăm 2025
\tHạ tầng dữ liệu\t\t\t
1\tTỷ lệ hộ có cáp quang\t%\t61\t80
2\tTổng lượt khách\tlượt\t5.200\t
3\tQuy chế quản trị dữ liệu\t\t\tHoàn thành
"""


def test_a_row_is_a_goal_without_a_number_where_a_cell_says_what_is_aimed_at() -> None:
    assert [goal.text for goal in parse_text(GROUPED).goals] == ["Quy chế quản trị dữ liệu"]


OTHER_PROVINCE = """ỦY BAN NHÂN DÂN
TỈNH LÀO CAI
Số: 215/KH-UBND
Lào Cai, ngày 15 tháng 6 năm 2022

KẾ HOẠCH
Phát triển kinh tế số và xã hội số tỉnh Lào Cai đến năm 2025, định hướng đến năm 2030

I. THỰC TRẠNG
Tỷ lệ hộ gia đình có Internet đạt 62,5%. Toàn tỉnh có 1.254 trạm BTS.
II. MỤC TIÊU
1. Mục tiêu cụ thể đến năm 2025
a) Kinh tế số
- Tỷ trọng kinh tế số đạt 20% GRDP;
+ Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng:
* Cấp tỉnh: 100%;
* Cấp huyện: 90%.
b) Xã hội số
• Trên 80% hộ gia đình có đường Internet cáp quang băng rộng.
2. Định hướng đến năm 2030
- Kinh tế số chiếm 30% GRDP.
III. NHIỆM VỤ VÀ GIẢI PHÁP
1. Tập huấn cho tối thiểu 80% cán bộ, công chức về kỹ năng số.
IV. KINH PHÍ
Dự kiến 120 tỷ đồng, trong đó ngân sách tỉnh 80 tỷ đồng (chiếm 66,7%).
"""


def test_headings_set_horizon_pillar_and_topic_for_what_follows() -> None:
    plan = parse_text(OTHER_PROVINCE)
    columns = ["section", "comparator", "value", "period_end", "pillar", "indicator"]

    assert plan.targets[columns].values.tolist() == [
        ["II.1.a", ">=", 20.0, 2025, "economy", "KTS_GRDP"],
        ["II.1.a", ">=", 100.0, 2025, "economy", "CQS_HSCV_TINH"],
        ["II.1.a", ">=", 90.0, 2025, "economy", "CQS_HSCV_HUYEN"],
        ["II.1.b", ">", 80.0, 2025, "society", "XHS_CAPQUANG_CO"],
        ["II.2", ">=", 30.0, 2030, "economy", "KTS_GRDP"],
    ]
    assert plan.stated[["section", "value", "indicator"]].values.tolist() == [["III.1", 80.0, "CQS_TAPHUAN"]]
    assert plan.document.geography == "tỉnh Lào Cai"
    fates = coverage(plan).set_index("numeral")["fate"]
    assert (fates["62,5%"], fates["120 tỷ đồng"], fates["66,7%"]) == ("current value", "money", "money")


VALUE_TABLE = """## II. CHỈ TIÊU

| STT | Chỉ tiêu | Đơn vị tính | Hiện trạng 2022 | Năm 2025 | Năm 2030 | Cơ quan chủ trì |
|---|---|---|---|---|---|---|
| **I** | **Kinh tế số** | | | | | |
| 1 | Tỷ trọng kinh tế số trong GRDP | % | 6,8 | 20 | ≥ 30 | Cục Thống kê |
| 2 | Số doanh nghiệp công nghệ số | Doanh nghiệp | 45 | 100 | 1.000 | Sở TT&TT |
| **II** | **Xã hội số** | | | | | |
| 3 | Tỷ lệ dân số trưởng thành có chữ ký số | % | - | trên 50 | 60-70 | Sở TT&TT |
| 4 | Ban hành quy chế quản trị dữ liệu | | | Hoàn thành | | Sở TT&TT |
"""


def test_a_table_with_years_in_its_head_gives_a_target_a_cell() -> None:
    plan = parse_text(VALUE_TABLE)
    columns = ["section", "comparator", "value", "unit", "period_end", "pillar"]

    assert plan.targets[columns].values.tolist() == [
        ["II.I.1", ">=", 20.0, "%", 2025, "economy"],
        ["II.I.1", ">=", 30.0, "%", 2030, "economy"],
        ["II.I.2", ">=", 100.0, "doanh nghiệp", 2025, "economy"],
        ["II.I.2", ">=", 1000.0, "doanh nghiệp", 2030, "economy"],
        ["II.II.3", ">", 50.0, "%", 2025, "society"],
        ["II.II.3", "between", 60.0, "%", 2030, "society"],
    ]
    assert plan.targets["agencies"].str[0].unique().tolist() == [
        "Cục Thống kê tỉnh",
        "Sở Thông tin và Truyền thông",
    ]
    assert plan.qualitative["text"].tolist() == ["Ban hành quy chế quản trị dữ liệu"]
    fates = coverage(plan).set_index("numeral")["fate"]
    assert (fates["6,8"], fates["45"]) == ("current value", "current value")


NEWS = """Kế hoạch chuyển đổi số tỉnh Gia Lai năm 2023

Đánh giá kết quả năm 2022

Hạ tầng số: tỷ lệ dân số có điện thoại thông minh đạt 61%; tỉnh xếp thứ 48/63.

Mục tiêu năm 2023

UBND tỉnh đề ra mục tiêu: tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng tại cấp tỉnh đạt 100%, cấp huyện đạt 90% và cấp xã đạt trên 70%; chỉ số chuyển đổi số của tỉnh trong nhóm 30/63 tỉnh, thành phố.

Kế hoạch đặt ra 3 mục tiêu (tỷ trọng kinh tế số đạt 20% GRDP; tỷ lệ hộ gia đình có Internet đạt trên 75%).Đến năm 2030, đạt kết quả cao hơn.
"""


def test_a_news_text_is_read_by_its_plain_headings() -> None:
    plan = parse_text(NEWS)

    assert plan.targets[["comparator", "value", "unit", "period_end", "indicator"]].values.tolist() == [
        [">=", 100.0, "%", 2023, "CQS_HSCV_TINH"],
        [">=", 90.0, "%", 2023, "CQS_HSCV_HUYEN"],
        [">", 70.0, "%", 2023, "CQS_HSCV_XA"],
        ["<=", 30.0, "hạng", 2023, "CTX_DTI"],
        [">=", 20.0, "%", 2023, "KTS_GRDP"],
        [">", 75.0, "%", 2023, "XHS_HO_INTERNET"],
    ]
    fates = coverage(plan).set_index("numeral")["fate"]
    assert (fates["61%"], fates["48/63"], fates["3"]) == ("current value", "current value", "count")


NAMED_UNITS = """
| Chỉ tiêu | 2025 | 2030 |
|---|---|---|
| Tỷ lệ hộ gia đình có kết nối Internet (%) | 80 | 95 |
| Tỷ trọng kinh tế số trong GRDP | 20 | 30 |
| Số doanh nghiệp công nghệ số (doanh nghiệp) | 100 | 200 |

| TT | Chỉ tiêu | Chỉ tiêu đến năm 2025 | Đơn vị chủ trì |
|---|---|---|---|
| 1 | Chỉ số DTI | Thuộc nhóm 20 tỉnh dẫn đầu | Sở TT&TT |
| 2 | Kinh tế số | Chiếm 20% GRDP | Cục Thống kê |
"""


def test_a_table_without_a_unit_column_takes_it_from_the_row_or_the_cell() -> None:
    targets = parse_text(NAMED_UNITS).targets

    assert targets[["comparator", "value", "unit", "period_end", "indicator"]].values.tolist() == [
        [">=", 80.0, "%", 2025, "XHS_HO_INTERNET"],
        [">=", 95.0, "%", 2030, "XHS_HO_INTERNET"],
        [">=", 20.0, "%", 2025, "KTS_GRDP"],
        [">=", 30.0, "%", 2030, "KTS_GRDP"],
        [">=", 100.0, "doanh nghiệp", 2025, "KTS_DN_CNS"],
        [">=", 200.0, "doanh nghiệp", 2030, "KTS_DN_CNS"],
        ["<=", 20.0, "hạng", 2025, "CTX_DTI"],
        [">=", 20.0, "%", 2025, "KTS_GRDP"],
    ]
    assert targets["base"].dropna().tolist() == ["GRDP"]


REPORTED = """
Bắc Hà đứng đầu cả nước về tỷ trọng kinh tế số

Tỉnh có tỷ trọng kinh tế số trên GRDP là 46,83%, cao nhất nước; thứ 2 là Nam Hà với 32,92%; kế đến Đông Hà (32,13%).

Chỉ số hạ tầng năm 2021 là 16,01 điểm (xếp hạng 14/56 tỉnh, thành), năm 2022 đạt 22,36 điểm.

Tính đến năm 2020, diện tích được chứng nhận là 739,5 ha. Tỉnh có 110 nhà lưới với 6,05 ha rau màu.

Đến nay, sóng 4G phủ 99% khu dân cư, Internet tới 100% trung tâm xã. Hộ gia đình có cáp quang đạt 95,25%.
"""


def test_prose_that_reports_gives_no_target_until_it_aims_again() -> None:
    assert parse_text(REPORTED).targets.empty

    plan = parse_text(REPORTED + "\nTỉnh phấn đấu 98% hộ gia đình có cáp quang. Sóng 5G phủ 60% dân số.\n")

    assert plan.targets[["value", "subject"]].values.tolist() == [
        [98.0, "hộ gia đình có cáp quang"],
        [60.0, "Sóng 5G phủ dân số"],
    ]


AIMED = """
Đến năm 2030, kinh tế số chiếm 30% GRDP. Năng suất lao động tăng 8%/năm.

Tỷ lệ hộ gia đình có cáp quang đạt 95% (đến năm 2035 đạt 100%).

Mục tiêu đến năm 2027:

* Chính quyền số:

Phấn đấu 90% hồ sơ được nộp trực tuyến.
"""


def test_the_year_last_named_holds_where_nothing_above_names_one() -> None:
    targets = parse_text(AIMED).targets

    assert targets[["value", "period_end"]].values.tolist() == [
        [30.0, 2030],
        [8.0, 2030],
        [95.0, 2030],
        [100.0, 2035],
        [90.0, 2027],
    ]


def test_a_year_that_leads_a_sentence_goes_before_the_plans_own() -> None:
    plan = parse_text(
        HEAD.replace("Phát triển kinh tế số", "Phát triển kinh tế số đến năm 2025")
        + (
            "- Đến năm 2030, kinh tế số chiếm 30% GRDP. Tỷ lệ hộ có cáp quang đạt 95%.\n"
            "- Tỷ lệ dân số có tài khoản thanh toán đạt 80%.\n"
        )
    )

    assert plan.targets["period_end"].tolist() == [2030, 2030, 2025]


def test_what_a_page_adds_around_a_text_is_understood() -> None:
    plan = parse_text(
        "BÀI 3: Bắt nhịp kinh tế số\n(09:53 05/07/2022)\nHà Nội: 27°C\n"
        "(GLO)- Ngày 1-3, chiều 12/5, tỉnh ban hành kế hoạch[1].\n"
    )
    fates = coverage(plan).set_index("numeral")["fate"].to_dict()

    assert fates == {
        "3": "name",
        "09:53": "date",
        "05/07/2022": "date",
        "27°C": "count",
        "1-3": "date",
        "12/5": "date",
        "1": "name",
    }


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("Kế hoạch của UBND tỉnh Thừa Thiên Huế", "tỉnh Thừa Thiên Huế"),
        ("UBND TỈNH BÀ RỊA – VŨNG TÀU", "tỉnh Bà Rịa - Vũng Tàu"),
        ("TP.HCM phấn đấu kinh tế số đạt 25%", "thành phố Hồ Chí Minh"),
        ("Theo Thông báo số 878-TB/TU của Tỉnh ủy", ""),
        ("Hà Nội: 27°C\nHà Nội: 28°C\nKế hoạch của tỉnh Sóc Trăng, UBND tỉnh Sóc Trăng", "tỉnh Sóc Trăng"),
    ],
)
def test_a_plans_province_is_one_of_those_there_are(text: str, province: str) -> None:
    assert parse_text(text).document.geography == province


def test_the_place_of_signing_decides_the_province() -> None:
    plan = parse_text("Kon Tum, ngày 01 tháng 02 năm 2024\nGửi UBND tỉnh Gia Lai, UBND tỉnh Đắk Lắk\n")

    assert plan.document.geography == "tỉnh Kon Tum"


ESTIMATED = """# Kế hoạch phát triển kinh tế số tỉnh Bến Tre năm 2025

| STT | Chỉ tiêu | 2024 (ước TH) | Mục tiêu 2025 | Đơn vị theo dõi |
|:-:|---|---|---|---|
| 1 | Tỷ trọng kinh tế số trong GRDP (%) | 8,9 | ≥12 | Cục Thống kê |
| 2 | Số sàn thương mại điện tử của tỉnh | 1 | 2 | Sở Công Thương |
"""


def test_a_column_of_estimates_is_how_things_stand_and_a_count_has_its_own_unit() -> None:
    plan = parse_text(ESTIMATED)

    assert plan.targets[["comparator", "value", "unit", "period_end"]].values.tolist() == [
        [">=", 12.0, "%", 2025],
        [">=", 2.0, "sàn", 2025],
    ]
    assert coverage(plan).set_index("numeral")["fate"]["8,9"] == "current value"


def test_a_title_in_plain_letters_is_the_documents_head() -> None:
    document = parse_text(ESTIMATED).document

    assert (document.type, document.subject) == ("Kế hoạch", "phát triển kinh tế số tỉnh Bến Tre năm 2025")
    assert document.period_end == 2025


PORTAL = """Số: 412 /KH-UBND
KẾ HOẠCH
Kinh tế số đến năm 2025
II. MỤC TIÊU
- Tỷ trọng thương mại điện tử trong tổng mức bán lẻ đạt trên l0%.
- Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt trên 8O%.
- Tỷ lệ nhân lực lao động kinh tế số trong lực lượng lao động đạt trên
                                   1
                                                        2

2%.
- Quy mô kinh tế số đạt tối thiểu 20% GRDP. (2) Giao dịch không dùng tiền mặt đạt 70%.
- Tỷ lệ người dùng truy nhập được với tốc độ trên 1 Gb/s đạt 100%.
C.1. Chỉ tiêu phấn đấu
Chỉ tiêu 7: DTI cấp tỉnh xếp hạng 12; chỉ số đổi mới sáng tạo trong nhóm 20.
III. KINH PHÍ
Ngân sách 210 tỷ đồng, phân kỳ năm 2023: 35%; vốn đầu tư công 55%.
"""


def test_what_scanners_and_pages_leave_in_a_text_is_seen_through() -> None:
    plan = parse_text(PORTAL)

    assert plan.targets[["comparator", "value", "unit"]].values.tolist() == [
        [">", 10.0, "%"],
        [">", 80.0, "%"],
        [">", 2.0, "%"],
        [">=", 20.0, "%"],
        [">=", 70.0, "%"],
        [">=", 100.0, "%"],
        ["<=", 12.0, "hạng"],
        ["<=", 20.0, "hạng"],
    ]
    assert plan.targets["subject"].tolist()[5].endswith("với tốc độ trên 1 Gb/s")
    assert plan.stated.empty
    fates = coverage(plan)
    assert "not understood" not in set(fates["fate"])
    assert fates.set_index("numeral")["fate"][["1 Gb/s", "35%", "55%"]].tolist() == [
        "definition",
        "money",
        "money",
    ]


SPEAKING_CELLS = """
| TT | Chỉ tiêu | Mục tiêu | Thời hạn | Cơ quan chịu trách nhiệm |
|---|---|---|---|---|
| 1 | Tỷ lệ hồ sơ nộp trực tuyến | Đạt ít nhất 80%, riêng các phường đạt 90% | Năm 2026 | UBND xã, phường |
| 2 | Chi trả an sinh | Ít nhất 70% người hưởng lương hưu nhận qua tài khoản | Năm 2026 | Bảo hiểm xã hội |
|  |  | Trên 85% người hưởng lương hưu nhận qua tài khoản | Năm 2027 | |
| 3 | Tỷ lệ giao hàng không thành công | Giảm còn 5% | Năm 2025 | Sở Công Thương |
| 4 | Xếp hạng chỉ số phục vụ | Top 10 cả nước | Năm 2026 | Văn phòng UBND tỉnh |
| 5 | Cơ sở khám chữa bệnh dùng căn cước gắn chíp | 100% (142/142 cơ sở) | Năm 2025 | Sở Y tế |
|  |  | trên 50% | Năm 2027 | |

| Nguồn | 2024 | 2025 |
|---|---|---|
| Ngân sách tỉnh (triệu đồng) | 1.500 | 850 |
"""


def test_a_cell_with_words_of_its_own_is_read_as_a_sentence() -> None:
    plan = parse_text(SPEAKING_CELLS)

    assert plan.targets[["comparator", "value", "unit", "period_end", "subject"]].values.tolist() == [
        [">=", 80.0, "%", 2026, "Tỷ lệ hồ sơ nộp trực tuyến"],
        [">=", 90.0, "%", 2026, "Tỷ lệ hồ sơ nộp trực tuyến các phường"],
        [">=", 70.0, "%", 2026, "người hưởng lương hưu nhận qua tài khoản"],
        [">", 85.0, "%", 2027, "người hưởng lương hưu nhận qua tài khoản"],
        ["<=", 5.0, "%", 2025, "Tỷ lệ giao hàng không thành công"],
        ["<=", 10.0, "hạng", 2026, "Xếp hạng chỉ số phục vụ"],
        [">=", 100.0, "%", 2025, "Cơ sở khám chữa bệnh dùng căn cước gắn chíp"],
        [">", 50.0, "%", 2027, "Cơ sở khám chữa bệnh dùng căn cước gắn chíp"],
    ]
    assert coverage(plan).set_index("numeral")["fate"][["1.500", "850"]].tolist() == ["money", "money"]


def test_what_the_country_has_or_aims_at_is_no_target_of_a_province() -> None:
    plan = parse_text(
        "Kế hoạch của tỉnh Hà Nam.\nNăm 2024 cả nước có kinh tế số chiếm 18,3% GDP, mục tiêu quốc gia năm 2030 là 30% GDP. "
        "Tỉnh phấn đấu kinh tế số chiếm 25% GRDP.\n"
    )

    assert plan.targets["value"].tolist() == [25.0]


def test_the_year_before_a_yearly_plan_is_past_also_if_the_plan_was_signed_in_it() -> None:
    plan = parse_text(
        "Số: 331/KH-UBND\nTuyên Quang, ngày 30 tháng 12 năm 2025\nKẾ HOẠCH\nChuyển đổi số tỉnh Tuyên Quang năm 2026\n"
        "II. MỤC TIÊU\n- Tỷ lệ dân số trưởng thành có chữ ký số đạt 35% (năm 2025: 21%).\n"
    )

    assert plan.targets[["value", "period_end"]].values.tolist() == [[35.0, 2026]]


LETTERHEADS = [
    "ỦY BAN NHÂN DÂN; TỈNH HẬU GIANG; Số: 121/KH-UBND\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM; Hậu Giang, ngày 04 tháng 8 năm 2022\n",
    "   UỶ BAN NHÂN DÂN          CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\n    TỈNH HẬU GIANG            Độc lập - Tự do\n\n  Số: 121 /KH-UBND      Hậu Giang, ngày 04 tháng 8 năm 2022\n",
    "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG\n-------\n|\nSố: 121/KH-UBND\n|\nHậu Giang, ngày\n04 tháng 8 năm 2022\n|\n",
]


@pytest.mark.parametrize("letterhead", LETTERHEADS, ids=["a Word table", "two columns", "cells of a portal"])
def test_a_letterhead_is_read_in_every_shape(letterhead: str) -> None:
    document = parse_text(letterhead + "\nKẾ HOẠCH\nPhát triển kinh tế số đến năm 2025\n").document

    assert (document.number, document.date, document.geography) == (
        "121/KH-UBND",
        "2022-08-04",
        "tỉnh Hậu Giang",
    )
    assert document.issuer.replace("UỶ", "ỦY") == "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG"


def test_number_place_and_date_may_share_a_line_and_the_own_number_is_no_citation() -> None:
    document = parse_text(
        "Số: 88/KH-UBND Bến Tre, ngày 05 tháng 3 năm 2024\nKẾ HOẠCH\nChuyển đổi số năm 2024\n"
        "Căn cứ Quyết định số 749/QĐ-TTg ngày 03/6/2020;\n"
    ).document

    assert (document.number, document.place, document.date) == ("88/KH-UBND", "Bến Tre", "2024-03-05")
    assert [citation.number for citation in document.citations] == ["749/QĐ-TTg"]


def test_an_enclosure_takes_number_and_date_of_what_encloses_it() -> None:
    document = parse_text(
        "ĐỀ ÁN\nPhát triển thương mại điện tử giai đoạn 2024 - 2028\n"
        "(Ban hành kèm theo Quyết định số 2215/QĐ-UBND ngày 21 tháng 6 năm 2024 của Chủ tịch UBND tỉnh Thanh Hóa)\n"
    ).document

    assert (document.type, document.number, document.date) == ("Đề án", "2215/QĐ-UBND", "2024-06-21")


BY_PLACE = """
II. CHỈ TIÊU GIAO CÁC XÃ NĂM 2023
| STT | Đơn vị | Tỷ lệ hồ sơ trực tuyến (%) | Số sản phẩm lên sàn TMĐT (sản phẩm) |
|---|---|---|---|
| 1 | Thị trấn Mộc Châu | 80 | 15 |
| 2 | Xã Chiềng Sơn | ≥ 65 | - |
"""


def test_a_table_of_places_gives_each_its_targets() -> None:
    targets = parse_text(BY_PLACE).targets

    assert targets[["geography", "subject", "comparator", "value", "unit", "period_end"]].values.tolist() == [
        ["Thị trấn Mộc Châu", "Tỷ lệ hồ sơ trực tuyến (Thị trấn Mộc Châu)", ">=", 80.0, "%", 2023],
        ["Thị trấn Mộc Châu", "Số sản phẩm lên sàn TMĐT (Thị trấn Mộc Châu)", ">=", 15.0, "sản phẩm", 2023],
        ["Xã Chiềng Sơn", "Tỷ lệ hồ sơ trực tuyến (Xã Chiềng Sơn)", ">=", 65.0, "%", 2023],
    ]


BY_QUARTER = """
| TT | Chỉ tiêu năm 2024 | ĐVT | Quý I | Quý II | Cả năm |
|---|---|---|---|---|---|
| 1 | Số lớp tập huấn | lớp | 5 | 7 | 12 |
"""


def test_parts_of_a_year_are_kept_apart_from_the_years_target() -> None:
    plan = parse_text("Kế hoạch năm 2024\n" + BY_QUARTER)

    assert plan.targets[["value", "unit", "period_end"]].values.tolist() == [[12.0, "lớp", 2024]]
    fates = coverage(plan).set_index("numeral")["fate"]
    assert (fates["5"], fates["7"], fates["12"]) == ("interim", "interim", "target")


STATUS_REPORT = """Số: 402/BC-UBND
Hưng Yên, ngày 16 tháng 12 năm 2025
BÁO CÁO
Kết quả thực hiện Đề án 06 năm 2025, phương hướng năm 2026
PHẦN THỨ NHẤT
KẾT QUẢ THỰC HIỆN NĂM 2025
| TT | Chỉ tiêu | Mục tiêu 2025 | Kết quả |
|---|---|---|---|
| 1 | Tỷ lệ hồ sơ trực tuyến | 85% | 88,4% |

PHẦN THỨ HAI
PHƯƠNG HƯỚNG NĂM 2026
I. MỤC TIÊU
1. Tỷ lệ hồ sơ trực tuyến đạt từ 90% trở lên.
"""


def test_a_report_holds_targets_only_where_it_looks_ahead() -> None:
    plan = parse_text(STATUS_REPORT)

    assert plan.targets[["value", "period_end"]].values.tolist() == [[90.0, 2026]]
    assert coverage(plan).set_index("numeral")["fate"][["85%", "88,4%"]].tolist() == ["current value"] * 2


def test_a_letter_and_a_department_have_heads_of_their_own() -> None:
    letter = parse_text(
        "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH KHÁNH HÒA\tĐộc lập - Tự do\n"
        "Số: 3914/UBND-KT\tKhánh Hòa, ngày 12 tháng 3 năm 2024\nV/v đẩy mạnh thanh toán không dùng tiền mặt năm 2024\n"
        "2. Yêu cầu các cơ quan phấn đấu đến cuối năm 2024 đạt các chỉ tiêu sau:\n"
        "a) Giá trị thanh toán không dùng tiền mặt gấp 20 lần GRDP;\n"
    )
    department = parse_text(
        "UBND TỈNH GIA LAI\nSỞ Y TẾ\n-------\nSố: 1187/KH-SYT\nGia Lai, ngày 22 tháng 12 năm 2025\nKẾ HOẠCH\nChuyển đổi số\n"
    )

    assert (letter.document.type, letter.document.subject) == (
        "Công văn",
        "đẩy mạnh thanh toán không dùng tiền mặt năm 2024",
    )
    assert letter.targets[["value", "unit", "period_end"]].values.tolist() == [[20.0, "lần", 2024]]
    assert (department.document.issuer, department.document.number) == ("SỞ Y TẾ", "1187/KH-SYT")


def test_a_national_documents_targets_are_the_countrys() -> None:
    plan = parse_text(
        "THỦ TƯỚNG CHÍNH PHỦ\nSố: 1736/QĐ-TTg\nHà Nội, ngày 27 tháng 10 năm 2025\nQUYẾT ĐỊNH\nPhê duyệt Chiến lược đến năm 2030\n"
        "II. MỤC TIÊU\n- Tỷ trọng kinh tế số của cả nước đạt 30% GDP.\n"
    )

    assert (plan.document.issuer, plan.document.geography) == ("THỦ TƯỚNG CHÍNH PHỦ", "Việt Nam")
    assert plan.targets["geography"].tolist() == ["Việt Nam"]


def read_one(words: str) -> tuple[str, float, str] | None:
    """Return what a line under a heading of goals aims at, if at one thing."""
    plan = parse_text(f"I. MỤC TIÊU ĐẾN NĂM 2030\n- {words}\n")
    found = [(target.comparator, target.value, target.unit) for target in plan.listed_targets]
    return found[0] if len(found) == 1 else None


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Thu nhập bình quân của hộ bằng 1/2 bình quân chung của cả nước.", ("=", 50, "%")),
        ("Giảm tỷ suất sinh hàng năm 0,5%0.", (">=", 0.5, "‰")),
        ("Giảm tỷ suất sinh hàng năm 0,5%o.", (">=", 0.5, "‰")),
        ("Giảm tỷ suất sinh hàng năm 0,5 o/oo.", (">=", 0.5, "‰")),
        ("Tỷ suất tử vong trẻ dưới 1 tuổi dưới 10 ca trên 1000 trẻ đẻ sống.", ("<", 10, "ca/1000 trẻ đẻ sống")),
        ("Số máy ATM trên 100.000 người từ 15 tuổi trở lên đạt hơn 40 máy.", (">", 40, "máy")),
        ("Tỷ lệ lỗi thấp hơn 1,25%.", ("<", 1.25, "%")),
        ("Có ít nhất 2/3 số xã có trường học đạt chuẩn quốc gia.", (">=", 66.67, "%")),
        ("Có 07/09 trường đạt chuẩn quốc gia.", (">=", 7, "trường")),
        ("Tổng nguồn vốn thực hiện Chương trình tối thiểu là 75.000 tỷ đồng, trong đó vốn trung ương chiếm 64%.", None),
    ],
)  # fmt: skip
def test_rates_fractions_and_costs_as_offices_print_them(words: str, read: tuple[str, float, str] | None) -> None:  # fmt: skip
    assert read_one(words) == read


def test_a_heading_of_tasks_and_targets_lists_targets() -> None:
    plan = parse_text("I. MỤC TIÊU\n2. Nhiệm vụ và chỉ tiêu cụ thể\n- Kết nạp 1.800 đảng viên.\n")
    assert [target.value for target in plan.listed_targets] == [1800]


def test_a_part_of_the_mean_is_of_its_own_target_alone() -> None:
    plan = parse_text(
        "I. MỤC TIÊU\n- Thu nhập bình quân bằng 1/2 bình quân chung của cả nước; tỷ lệ hộ nghèo dưới 10%.\n"
    )
    assert [target.share_of_mean for target in plan.listed_targets] == [0.5, None]


@pytest.mark.parametrize(
    ("table", "read"),
    [
        (  # a head over several columns stands in the first of them
            "Stt\tChỉ tiêu\tĐvt\tThực hiện\t\tQuy hoạch\n\t\t\t2024\t2025\t2028\t2030\n1\tKim ngạch XK\tTr. USD\t6.220\t8.710\t11.800\t36.000\n"
            "2\tLao động\t1.000 ng\t612\t704\t820\t1.250\n",
            [("Kim ngạch XK", 11800, "triệu USD", 2028), ("Kim ngạch XK", 36000, "triệu USD", 2030),
             ("Lao động", 820, "nghìn người", 2028), ("Lao động", 1250, "nghìn người", 2030)],
        ),
        (  # years that follow one another, and how fast that is
            "TT\tChỉ tiêu\tĐVT\tKH 2029\t2030\tBQ 2026-2030 (%)\n1\tTổng giá trị sản xuất\ttỷ đ\t1.401\t1.590\t13,5\n2\tSản lượng\ttấn\t6\t7\t5\n",
            [("Tổng giá trị sản xuất", 1401, "tỷ đồng", 2029), ("Tổng giá trị sản xuất", 1590, "tỷ đồng", 2030), ("Sản lượng", 6, "tấn", 2029),
             ("Sản lượng", 7, "tấn", 2030)],
        ),
        (  # titles of groups in a table set by spaces
            "Phân kỳ (đvt: ha)\n\n Hạng mục                 2029     2030\n A. CHÈ\n Tổng diện tích          2.420    2.500\n B. CÂY ĂN QUẢ\n"
            " Tổng số vườn             220      260\n",
            [("Tổng diện tích", 2420, "ha", 2029), ("Tổng diện tích", 2500, "ha", 2030), ("Tổng số vườn", 220, "vườn", 2029), ("Tổng số vườn", 260, "vườn", 2030)],
        ),
        (  # measures that name their year, and a state before
            "Đô thị\tDân số 2025 (người)\tNhà ở 2030 (m2/người)\tCấp nước sạch (%)\n\t\t\t2028\t2030\nTP Bắc Hòa\t142.300\t29\t93\t97\nTX Phú Lâm\t48.700\t28\t90\t95\n",
            [("Nhà ở (TP Bắc Hòa)", 29, "m2/người", 2030), ("Cấp nước sạch (TP Bắc Hòa)", 93, "%", 2028), ("Cấp nước sạch (TP Bắc Hòa)", 97, "%", 2030),
             ("Nhà ở (TX Phú Lâm)", 28, "m2/người", 2030), ("Cấp nước sạch (TX Phú Lâm)", 90, "%", 2028), ("Cấp nước sạch (TX Phú Lâm)", 95, "%", 2030)],
        ),
        (  # places and what each has so many of, the unit in the caption
            "Biểu kèm theo: Chỉ tiêu phân theo vùng đến năm 2030 (số người)\n\nVùng               Methadone     ARV trẻ em\nĐông Nam Bộ           20.000          1.300\n"
            "Trung du               9.700            640\n",
            [("Methadone (Đông Nam Bộ)", 20000, "người", 2030), ("ARV trẻ em (Đông Nam Bộ)", 1300, "người", 2030),
             ("Methadone (Trung du)", 9700, "người", 2030), ("ARV trẻ em (Trung du)", 640, "người", 2030)],
        ),
        (  # a year a row; units in a line of their own
            "TT\tNăm\tTrồng rừng\tCấp chứng chỉ\n\t\t(ha)\t(nghìn ha)\n1\t2026\t450\t1,2\n2\tĐến 2030\t500\t1,3\n",
            [("Trồng rừng", 450, "ha", 2026), ("Cấp chứng chỉ", 1.2, "nghìn ha", 2026), ("Trồng rừng", 500, "ha", 2030), ("Cấp chứng chỉ", 1.3, "nghìn ha", 2030)],
        ),
        (  # a year a row, what its columns count in the caption
            "Bảng 2. Trường đạt chuẩn quốc gia\nNăm | Mầm non | THCS\n2027 | 1 | 3\n2028 | 2 | 0\n",
            [("Trường đạt chuẩn quốc gia (Mầm non)", 1, "trường", 2027), ("Trường đạt chuẩn quốc gia (THCS)", 3, "trường", 2027),
             ("Trường đạt chuẩn quốc gia (Mầm non)", 2, "trường", 2028), ("Trường đạt chuẩn quốc gia (THCS)", 0, "trường", 2028)],
        ),
        (  # a day of a year before the plan's is how things stand
            "TT\tXã\tSố tiêu chí đạt đến 31/12/2025\tKế hoạch số tiêu chí đạt năm 2029\n1\tTân Trào\t16\t19\n2\tĐồng Mỏ\t15\t18\n",
            [("số tiêu chí đạt (Tân Trào)", 19, "tiêu chí", 2029), ("số tiêu chí đạt (Đồng Mỏ)", 18, "tiêu chí", 2029)],
        ),
    ],
)  # fmt: skip
def test_tables_of_older_plans(table: str, read: list[tuple[str, float, str, int]]) -> None:
    plan = parse_text(f"KẾ HOẠCH\nPhát triển giai đoạn 2026 - 2030\n\nI. MỤC TIÊU ĐẾN NĂM 2030\n\n{table}\n")
    assert [(t.subject, t.value, t.unit, t.period_end) for t in plan.listed_targets] == read


CELLS = [
    ("Tỷ lệ hộ dùng nước sạch", "%", "(trên 85,5%)", "> 85.5 %"),
    ("Sản lượng điện", "MWh", "giảm 1,5 - 2%", "between 1.5 % decrease"),
    ("Tỷ lệ hộ có không quá 2 con", "%", "80", ">= 80 %"),  # which households, no ceiling
    ("Số vụ cháy, không quá", "vụ", "12", "<= 12 vụ"),
    ("Xếp hạng PCI", "Hạng", "tối thiểu 17", "<= 17 hạng rank"),
    ("Số bác sĩ/vạn dân", "Bác sĩ", "12", ">= 12 bác sĩ/vạn dân"),
    ("Tốc độ tăng GRDP", "%", "9,5", ">= 9.5 %/năm"),
    ("Tàu đến đúng giờ", "%", "từ 86 trở lên", ">= 86 %"),
    ("Chợ đạt chuẩn", "chợ", "0", ">= 0 chợ"),  # where a row starts, no ceiling
    ("Tỷ lệ hộ nghèo", "%", "2,5", "<= 2.5 %"),
    ("2. Tỷ lệ hộ có Internet", "%", "95", ">= 95 %"),
]


@pytest.mark.parametrize(("name", "unit", "cell", "read"), CELLS)
def test_a_cell_says_what_a_sentence_would_say(name: str, unit: str, cell: str, read: str) -> None:
    rows = f"Chỉ tiêu\tĐơn vị tính\tNăm 2027\n\n{name}\t{unit}\t{cell}\n\nSố xã\txã\t7\n"  # set apart by empty lines
    target, _ = parse_text(f"II. CHỈ TIÊU\n\n{rows}").listed_targets

    said = f"{target.comparator} {target.value:g} {target.unit} {target.change or ''}".strip()
    assert (said, target.subject) == (read, name.removeprefix("2. "))


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ("1. Trên 60% dân số có chữ ký số\n2. Thu ngân sách tăng 10% mỗi năm\n3. Có 15 nền tảng số", [60, 10, 15]),
        ("1. Kinh tế số\n- Tỷ lệ doanh nghiệp số đạt 40%\n2. Xã hội số\n- Tỷ lệ hộ có tài khoản số đạt 90%", [40, 90]),
        ("Chỉ tiêu 1: Có trên 1.200 hội viên được hỗ trợ\nChỉ tiêu 2: Có 30 câu lạc bộ", [1200, 30]),
        ("- Thành lập 5 đến 7 hợp tác xã; công nhận 3 tới 4 sản phẩm OCOP", [5, 3]),
        ("- Kinh tế số đạt 20% tỷ lệ hộ nghèo giảm còn 2%", [20, 2]),  # a mark was lost between them
        ("- Tỷ lệ giá trị sản phẩm theo quy trình tốt đạt trên 25%", [25]),  # no price
        ("- Tỷ số giới tính khi sinh ở mức cân bằng 109 bé trai/100 bé gái", [109]),
        ("→ Thu nhập đạt 98 , 5 triệu đồng\n→ XK 3 tỷ USD", [98.5, 3]),
    ],
)  # fmt: skip
def test_lists_as_people_type_them(lines: str, read: list[float]) -> None:
    plan = parse_text(f"Mục tiêu đến năm 2O30:\n{lines}\n")

    assert [target.value for target in plan.listed_targets] == read
    assert {target.period_end for target in plan.listed_targets} == {2030}


def test_a_day_in_a_heading_is_the_horizon_of_what_stands_below() -> None:
    plan = parse_text("1. Mục tiêu (đến 31/12/2026)\n- Tỷ lệ hồ sơ trực tuyến đạt 80%.\n")

    assert [target.period_end for target in plan.listed_targets] == [2026]


SHARED = [
    ("100% cơ quan dùng chữ ký số; tiếp tục duy trì tỷ lệ 98% hồ sơ đúng hạn.", ["cơ quan dùng chữ ký số", "hồ sơ đúng hạn"]),
    ("Tốc độ băng rộng cố định đạt 255 Mb/s; băng rộng di động đạt 100 Mb/s.", ["Tốc độ băng rộng cố định", "Tốc độ băng rộng di động"]),
    ("Tỷ lệ thôn có sóng 4G: 100%; 5G: 60%.", ["Tỷ lệ thôn có sóng 4G", "Tỷ lệ thôn có sóng 5G"]),
    ("100% công chức được cấp chữ ký số; trong đó 60% thường xuyên sử dụng.",
     ["công chức được cấp chữ ký số", "công chức được cấp chữ ký số thường xuyên sử dụng"]),
    ("Tổng số cửa hàng số đạt 40 cửa hàng, trong đó 10% có giao hàng.", ["Tổng số cửa hàng số", "Tổng số cửa hàng số có giao hàng"]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "subjects"), SHARED)
def test_what_a_later_number_leaves_out_stands_at_the_one_before_and_nothing_else(sentence: str, subjects: list[str]) -> None:  # fmt: skip
    plan = parse_text(f"II. MỤC TIÊU ĐẾN NĂM 2027\n- {sentence}\n")

    assert [target.subject for target in plan.listed_targets] == subjects


def test_a_place_or_what_is_compared_with_is_no_base_of_a_share() -> None:
    plan = parse_text(
        "II. MỤC TIÊU ĐẾN NĂM 2027\n- Doanh thu số tăng 25% so với năm 2025.\n- Kinh tế số đạt 20% GRDP.\n"
    )

    assert [target.base for target in plan.listed_targets] == [None, "GRDP"]


def test_a_heading_without_its_marks_is_the_same_heading() -> None:
    lines = "1. Muc tiêu đến năm 2026\n- Tỷ lệ hộ có Internet đạt 90%, tăng 6,5 điểm phần trăm so với năm 2024.\n- 5G phủ 70% dân số.\n"

    assert [target.value for target in parse_text(f"II. MUC TIÊU\n{lines}").listed_targets] == [90, 6.5, 70]


def test_how_many_voted_is_no_target_in_a_bracket_either() -> None:
    passed = "Nghị quyết được thông qua với 27/27 đại biểu tán thành (đạt 100%)."

    assert parse_text(f"NGHỊ QUYẾT\nĐiều 1. Mục tiêu\nKinh tế số đạt 20% GRDP.\n{passed}\n").targets[
        "value"
    ].tolist() == [20]


@pytest.mark.parametrize(
    "placed",
    ["thuộc tốp 25 địa phương về chỉ số PII", "nằm trong nhóm 25 tỉnh, thành phố của cả nước về PII"],
)
def test_a_place_among_so_many_is_a_rank_though_nothing_says_leading(placed: str) -> None:
    (target,) = parse_text(
        f"II. MỤC TIÊU ĐẾN NĂM 2030\n- Năng lực đổi mới đạt mức khá; {placed}.\n"
    ).listed_targets

    assert (target.comparator, target.value, target.unit, target.indicator) == ("<=", 25, "hạng", "CS_PII")
