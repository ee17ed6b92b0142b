export const delays = [100, 400, 1600]
